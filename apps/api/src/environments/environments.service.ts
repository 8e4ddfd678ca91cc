import { Injectable } from '@nestjs/common';
import {
  type ChangeEnvironment,
  type CreateEnvironment,
  type EnvironmentBody,
  grantedEnvironments,
  MAX_ENVIRONMENTS,
  Problem,
} from '@binnacle/contracts';
import { auditDiff } from '@binnacle/domain';
import {
  type Actor,
  ConfigTreeStore,
  type EnvironmentRecord,
  EnvironmentStore,
  type Mutation,
  ServiceStore,
} from '@binnacle/store';
import type { Principal } from '../access/principal.js';
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

  /** Those that the sender may see. */
  async list({ workspaceId, grants }: Principal): Promise<{ items: EnvironmentBody[]; nextCursor: null }> {
    const granted = grantedEnvironments(grants, 'services:read');
    const all = await this.environments.list(workspaceId);
    const seen = all.filter(({ name }) => granted === 'all' || granted.has(name));
    // At most MAX_ENVIRONMENTS: always one page.
    return { items: seen.map(toView), nextCursor: null };
  }

  async read(workspaceId: string, name: string): Promise<EnvironmentBody> {
    const found = (await this.environments.list(workspaceId)).find(
      (environment) => environment.name === name,
    );
    if (found === undefined) throw new Problem('not_found', `There is no environment ${name}.`);
    return toView(found);
  }

  /** Every service that has a base document gets its first revision there, in the same transaction. */
  async create(actor: Actor, body: CreateEnvironment): Promise<EnvironmentBody> {
    const { name, position, protected: isProtected } = body;
    return this.mutations.run(actor, async (mutation) => {
      const existing = await this.environments.lock(mutation);
      if (existing.some((environment) => environment.name === name))
        throw new Problem('already_exists', `An environment named ${name} exists already.`, [
          { pointer: '/name', message: 'is taken' },
        ]);
      if (existing.length >= MAX_ENVIRONMENTS)
        throw new Problem('too_many', `A workspace has at most ${MAX_ENVIRONMENTS} environments.`);
      await this.environments.insert(mutation, { name, position: existing.length, protected: isProtected });
      await this.moveTo(mutation, [...existing.map((environment) => environment.name), name], name, position);
      await this.releaseEverywhere(mutation, name);
      mutation.audit({
        action: 'environment.create',
        target: `environment:${name}`,
        environment: name,
        detail: { position, protected: isProtected },
      });
      mutation.announce({ kind: 'environment', workspaceId: actor.workspaceId, environment: name });
      return this.readIn(mutation, name);
    });
  }

  async change(actor: Actor, name: string, body: ChangeEnvironment): Promise<EnvironmentBody> {
    const { position, protected: isProtected, reason } = body;
    return this.mutations.run(actor, async (mutation) => {
      const existing = await this.environments.lock(mutation);
      const before = existing.find((environment) => environment.name === name);
      if (before === undefined) throw new Problem('not_found', `There is no environment ${name}.`);
      await this.moveTo(
        mutation,
        existing.map((environment) => environment.name),
        name,
        position,
      );
      if (isProtected !== undefined && isProtected !== before.protected) {
        // What is being published was planned by the old rule: it ends first, and nothing is released by it later.
        await this.trees.lockAll(mutation);
        await this.environments.protect(mutation, name, isProtected);
      }
      const after = await this.readIn(mutation, name);
      const stateOf = ({ position: place, protected: isGuarded }: EnvironmentRecord | EnvironmentBody) => ({
        position: place,
        protected: isGuarded,
      });
      mutation.audit({
        action: before.protected && !after.protected ? 'environment.unprotect' : 'environment.change',
        target: `environment:${name}`,
        environment: name,
        detail: { reason, before: stateOf(before), diff: auditDiff(stateOf(before), stateOf(after)) },
      });
      mutation.announce({ kind: 'environment', workspaceId: actor.workspaceId, environment: name });
      return after;
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
        await this.releases.release(mutation, tree, `environment ${environment} created`, '');
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

function toView({ createdAt, ...environment }: EnvironmentRecord): EnvironmentBody {
  return { ...environment, createdAt: createdAt.toISOString() };
}
