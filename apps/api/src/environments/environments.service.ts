import { Injectable } from '@nestjs/common';
import {
  type ChangeEnvironment,
  type CreateEnvironment,
  type EnvironmentBody,
  MAX_ENVIRONMENTS,
  Problem,
} from '@binnacle/contracts';
import {
  type Actor,
  ConfigTreeStore,
  type EnvironmentRecord,
  EnvironmentStore,
  type Mutation,
  ServiceStore,
} from '@binnacle/store';
import { Mutations } from '../changes/mutations.js';
import { ReleaseService } from '../configs/release.service.js';

const SERVICES_AT_ONCE = 100;

/** The environments of a workspace and their order. */
@Injectable()
export class EnvironmentsService {
  constructor(
    private readonly mutations: Mutations,
    private readonly environments: EnvironmentStore,
    private readonly services: ServiceStore,
    private readonly trees: ConfigTreeStore,
    private readonly releases: ReleaseService,
  ) {}

  async list(workspaceId: string): Promise<{ items: EnvironmentBody[]; nextCursor: null }> {
    // At most MAX_ENVIRONMENTS: always one page.
    return { items: (await this.environments.list(workspaceId)).map(toView), nextCursor: null };
  }

  async read(workspaceId: string, name: string): Promise<EnvironmentBody> {
    const found = (await this.environments.list(workspaceId)).find(
      (environment) => environment.name === name,
    );
    if (found === undefined) throw new Problem('not_found', `There is no environment ${name}.`);
    return toView(found);
  }

  /** Every service that has a base document gets its first revision there, in the same transaction. */
  async create(actor: Actor, { name, position }: CreateEnvironment): Promise<EnvironmentBody> {
    return this.mutations.run(actor, async (mutation) => {
      const existing = await this.environments.lock(mutation);
      if (existing.some((environment) => environment.name === name))
        throw new Problem('already_exists', `An environment named ${name} exists already.`, [
          { pointer: '/name', message: 'is taken' },
        ]);
      if (existing.length >= MAX_ENVIRONMENTS)
        throw new Problem('too_many', `A workspace has at most ${MAX_ENVIRONMENTS} environments.`);
      await this.environments.insert(mutation, name, existing.length);
      await this.moveTo(mutation, [...existing.map((environment) => environment.name), name], name, position);
      await this.releaseEverywhere(mutation, name);
      mutation.audit({ action: 'environment.create', target: `environment:${name}`, detail: { position } });
      return this.readIn(mutation, name);
    });
  }

  async change(actor: Actor, name: string, { position }: ChangeEnvironment): Promise<EnvironmentBody> {
    return this.mutations.run(actor, async (mutation) => {
      const names = (await this.environments.lock(mutation)).map((environment) => environment.name);
      if (!names.includes(name)) throw new Problem('not_found', `There is no environment ${name}.`);
      await this.moveTo(mutation, names, name, position);
      mutation.audit({ action: 'environment.order', target: `environment:${name}`, detail: { position } });
      return this.readIn(mutation, name);
    });
  }

  private async moveTo(
    mutation: Mutation,
    names: readonly string[],
    name: string,
    position?: number,
  ): Promise<void> {
    if (position === undefined) return;
    const others = names.filter((other) => other !== name);
    await this.environments.reorder(mutation, others.toSpliced(position, 0, name));
  }

  private async releaseEverywhere(mutation: Mutation, environment: string): Promise<void> {
    let cursor: string | undefined;
    do {
      const page = await this.services.listRunning(mutation.actor.workspaceId, {
        limit: SERVICES_AT_ONCE,
        cursor,
      });
      for (const service of page.items) {
        const tree = await this.trees.lock(mutation, service);
        if (tree === undefined) continue;
        await this.releases.release(mutation, tree, [], `environment ${environment} created`, '');
      }
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
  }

  private async readIn(mutation: Mutation, name: string): Promise<EnvironmentBody> {
    const found = (await this.environments.lock(mutation)).find((environment) => environment.name === name);
    if (found === undefined) throw new Problem('not_found', `There is no environment ${name}.`);
    return toView(found);
  }
}

function toView({ name, position, createdAt }: EnvironmentRecord): EnvironmentBody {
  return { name, position, createdAt: createdAt.toISOString() };
}
