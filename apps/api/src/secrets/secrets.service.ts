import { Injectable } from '@nestjs/common';
import {
  type PageQuery,
  type PairParams,
  Problem,
  type PutSecretAnswerBody,
  type RevealedSecretBody,
  type SecretBody,
  type SecretParams,
  type SecretVersionBody,
} from '@binnacle/contracts';
import {
  type Actor,
  type ConfigTree,
  ConfigTreeStore,
  type Page,
  type Pair,
  SecretStore,
  type SqlMutation,
} from '@binnacle/store';
import { Mutations } from '../changes/mutations.js';
import { EffectiveConfigsService } from '../configs/effective-configs.service.js';
import { ReleaseService } from '../configs/release.service.js';
import type { ExpectedVersion } from '../http/etag.js';
import { isSealedShut, SecretDelivery } from './secret-delivery.js';
import { toSecretVersionView, toSecretView } from './secret.view.js';

const MAX_SECRETS_PER_PAIR = 1_000;

/** Secrets of a service in an environment. Values come in by `put` and go out by `reveal`, and nowhere else. */
@Injectable()
export class SecretsService {
  constructor(
    private readonly mutations: Mutations,
    private readonly secrets: SecretStore,
    private readonly delivery: SecretDelivery,
    private readonly trees: ConfigTreeStore,
    private readonly releases: ReleaseService,
    private readonly configs: EffectiveConfigsService,
  ) {}

  async list(workspaceId: string, params: PairParams, page: PageQuery): Promise<Page<SecretBody>> {
    const pair = { workspaceId, ...params };
    const { items, nextCursor } = await this.secrets.list(pair, page);
    if (items.length === 0 && page.cursor === undefined) await this.configs.mustExist(pair);
    return { items: items.map(toSecretView), nextCursor };
  }

  async read(workspaceId: string, { name, ...params }: SecretParams): Promise<SecretBody> {
    const record = await this.secrets.find({ workspaceId, ...params }, name);
    if (record === undefined) throw nothingThere({ name, ...params });
    return toSecretView(record);
  }

  async listVersions(
    workspaceId: string,
    params: SecretParams,
    page: PageQuery,
  ): Promise<Page<SecretVersionBody>> {
    const { name, ...pair } = params;
    const { items, nextCursor } = await this.secrets.listVersions({ workspaceId, ...pair }, name, page);
    if (items.length === 0 && page.cursor === undefined) throw nothingThere(params);
    return { items: items.map(toSecretVersionView), nextCursor };
  }

  /**
   * A new version, whatever the value: an answer that told equal from different would let a writer guess. Where the
   * config refers to the secret, a revision brings the version to agents by the way that every revision goes.
   */
  async put(
    actor: Actor,
    params: SecretParams,
    value: string,
    basedOn: ExpectedVersion,
  ): Promise<PutSecretAnswerBody> {
    const { service, environment, name } = params;
    const pair = { workspaceId: actor.workspaceId, service, environment };
    return this.mutations.runSql(actor, async (mutation) => {
      await this.lockTree(mutation, params);
      const current = await this.secrets.lock(mutation, pair, name);
      checkPrecondition(current, basedOn);
      if (current === 0) await this.mustHaveRoom(mutation, pair);
      const version = await this.keep(mutation, pair, name, value);
      // Read again, now with the new version in it.
      const tree = await this.lockTree(mutation, params);
      const message = `Secret ${name}, version ${version}`;
      const revisions = await this.releases.release(mutation, tree, message, '');
      mutation.audit({ ...auditOf('secret.put', params), detail: { version, revisions } });
      return { name, version, revisions };
    });
  }

  /** @throws Problem in_use while the newest or the released revision refers to it */
  async remove(actor: Actor, params: SecretParams): Promise<void> {
    const { service, environment, name } = params;
    const pair = { workspaceId: actor.workspaceId, service, environment };
    await this.mutations.runSql(actor, async (mutation) => {
      await this.lockTree(mutation, params);
      const version = await this.secrets.lock(mutation, pair, name);
      if (version === 0) throw nothingThere(params);
      const uses = await this.secrets.usesOf(mutation, pair, name);
      if (uses.length > 0)
        throw new Problem(
          'in_use',
          `Revision ${uses.join(' and ')} of ${service} in ${environment} refers to ${name}: publish one that does not.`,
        );
      await this.secrets.remove(mutation, pair, name);
      mutation.audit({ ...auditOf('secret.delete', params), detail: { version } });
    });
  }

  /** The plain value, once it stands in the audit who asked for it. */
  async reveal(actor: Actor, params: SecretParams, asked: number | undefined): Promise<RevealedSecretBody> {
    const { name, ...rest } = params;
    const pair = { workspaceId: actor.workspaceId, ...rest };
    const version = asked ?? (await this.secrets.find(pair, name))?.version;
    const pinned = version === undefined ? undefined : await this.delivery.load(pair, { [name]: version });
    if (version === undefined || pinned === undefined || pinned.sealed.length === 0)
      throw nothingThere(params, asked);
    const value = (await this.delivery.open(pinned))[name];
    if (value === undefined) throw nothingThere(params, asked);
    // Without its Idempotency-Key: the answer to one is kept, and this answer must not be.
    const { idempotency: _idempotency, ...viewer } = actor;
    await this.mutations.runSql(viewer, async (mutation) => {
      mutation.audit({ ...auditOf('secret.reveal', params), detail: { version } });
    });
    return { name, version, value };
  }

  private async mustHaveRoom(mutation: SqlMutation, pair: Pair): Promise<void> {
    if ((await this.secrets.count(mutation, pair)) < MAX_SECRETS_PER_PAIR) return;
    throw new Problem(
      'too_many',
      `${pair.service} has ${MAX_SECRETS_PER_PAIR} secrets in ${pair.environment}: delete some.`,
    );
  }

  private async keep(mutation: SqlMutation, pair: Pair, name: string, value: string): Promise<number> {
    try {
      return await this.secrets.put(mutation, pair, name, value);
    } catch (error) {
      throw isSealedShut(error) ? this.delivery.unavailable(error) : error;
    }
  }

  private async lockTree(mutation: SqlMutation, { service, environment }: SecretParams): Promise<ConfigTree> {
    const tree = await this.trees.lock(mutation, service);
    if (tree === undefined) throw new Problem('not_found', `There is no service ${service}.`);
    if (!tree.environments.includes(environment))
      throw new Problem('not_found', `There is no environment ${environment}.`);
    const affected = tree.affected.find((one) => one.name === service);
    if (affected?.kind === 'shared')
      throw new Problem(
        'invalid_request',
        `${service} is a shared service and never runs: keep the secret with each service that includes it.`,
      );
    if (affected?.archived === true) throw new Problem('in_use', `The service ${service} is archived.`);
    return tree;
  }
}

function auditOf(action: string, { service, environment, name }: SecretParams) {
  return { action, target: `secret:${service}/${environment}/${name}`, service, environment };
}

function checkPrecondition(current: number, basedOn: ExpectedVersion): void {
  if (basedOn === undefined) return;
  if (basedOn === '*' ? current > 0 : basedOn.includes(current)) return;
  const detail = current === 0 ? 'There is no such secret yet.' : `Version ${current} is the newest by now.`;
  throw new Problem('version_conflict', detail);
}

function nothingThere({ service, environment, name }: SecretParams, version?: number): Problem {
  const what = version === undefined ? 'There is no secret' : `There is no version ${version} of the secret`;
  return new Problem('not_found', `${what} ${name} for ${service} in ${environment}.`);
}
