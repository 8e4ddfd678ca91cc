import { Injectable } from '@nestjs/common';
import {
  type ChangeToken,
  type CreatedTokenBody,
  type CreateToken,
  MAX_TOKENS,
  type PageQuery,
  Problem,
  type RotatedTokenBody,
  type RotateToken,
  type TokenBody,
} from '@binnacle/contracts';
import { diffJson } from '@binnacle/domain';
import {
  type Actor,
  type Mutation,
  type Page,
  type TokenRecord,
  type TokenScope,
  TokenStore,
} from '@binnacle/store';
import { Mutations } from '../changes/mutations.js';
import { Standing } from './accounts/standing.js';
import type { Principal } from './principal.js';
import { requireExisting } from './require-existing.js';
import { newTokenSecret } from './token-secret.js';
import {
  identityGivenBy,
  inFuture,
  mustAnswerToWiden,
  mustBeNewest,
  mustLiveWithin,
  mustMayGive,
  toGrant,
  withinLifeOf,
} from './token-rules.js';
import { toTokenView } from './token.view.js';

/** Creates, changes, rotates and revokes API tokens. */
@Injectable()
export class TokensService {
  constructor(
    private readonly mutations: Mutations,
    private readonly tokens: TokenStore,
    private readonly standing: Standing,
  ) {}

  async list(workspaceId: string, page: PageQuery): Promise<Page<TokenBody>> {
    const { items, nextCursor } = await this.tokens.list(workspaceId, page);
    return { items: items.map(toTokenView), nextCursor };
  }

  async read(workspaceId: string, id: string): Promise<TokenBody> {
    return toTokenView(found(await this.tokens.find(workspaceId, id)));
  }

  async create(actor: Actor, sender: Principal, body: CreateToken): Promise<CreatedTokenBody> {
    const scope = { ...body, expiresAt: withinLifeOf(sender, inFuture(body.expiresAt ?? null)) };
    mustMayGive(sender, scope);
    const { secret, ...kept } = newTokenSecret();
    const record = await this.mutations.run(withoutKey(actor), async (mutation) => {
      await requireExisting(this.tokens, mutation, [scope]);
      await this.mustHaveRoom(mutation);
      await this.mustStillGive(mutation, scope);
      const identity = identityGivenBy(actor);
      const inserted = await this.tokens.insert(mutation, { ...scope, ...kept, identity, rotatedFrom: null });
      mutation.audit({ action: 'token.create', target: `token:${inserted.id}`, detail: toDetail(scope) });
      return inserted;
    });
    return { ...toTokenView(record), token: secret };
  }

  /** Narrowing it closes those of its sockets that go beyond. */
  async change(actor: Actor, sender: Principal, id: string, body: ChangeToken): Promise<TokenBody> {
    const { expiresAt, ...rest } = body;
    const changes = dropUndefined({
      ...rest,
      expiresAt: expiresAt === undefined ? undefined : inFuture(expiresAt),
    });
    if (changes.expiresAt !== undefined) mustLiveWithin(sender, changes.expiresAt);
    return this.mutations.run(actor, async (mutation) => {
      await this.standing.hold(mutation);
      const before = found(await this.tokens.lock(mutation, id));
      mustMayGive(sender, before);
      mustMayGive(sender, { ...before, ...changes });
      mustAnswerToWiden(actor, before, { ...before, ...changes });
      await this.mustStillGive(mutation, { ...before, ...changes });
      await requireExisting(this.tokens, mutation, [{ services: [], environments: [], ...changes }]);
      const after = await this.tokens.update(mutation, id, changes);
      const diff = diffJson(toDetail(before), toDetail(after));
      mutation.audit({ action: 'token.change', target: `token:${id}`, detail: { name: after.name, diff } });
      mutation.announce({ kind: 'token', workspaceId: actor.workspaceId, tokenId: id });
      return toTokenView(after);
    });
  }

  /**
   * The new token lives as long as the old one was made for. Only who answers for the old one gets a new one that answers
   * as the same; by somebody else's hand it would be a second identity of his.
   */
  async rotate(
    actor: Actor,
    sender: Principal,
    id: string,
    { overlapSeconds }: RotateToken,
  ): Promise<RotatedTokenBody> {
    const { secret, ...kept } = newTokenSecret();
    return this.mutations.run(withoutKey(actor), async (mutation) => {
      await this.mustHaveRoom(mutation);
      const old = found(await this.tokens.lock(mutation, id));
      mustMayGive(sender, old);
      await this.mustStillGive(mutation, old);
      mustBeNewest(await this.tokens.successorOf(mutation, id));
      const { name, role, services, environments, permissions } = old;
      const identity = identityGivenBy(actor);
      const nowMs = Date.now();
      const lifetimeMs = old.expiresAt === null ? null : old.expiresAt.getTime() - old.createdAt.getTime();
      const newExpiresAt = lifetimeMs === null ? null : new Date(nowMs + lifetimeMs);
      // Its own life it may renew, also again when the answer was lost: whoever else holds it notices that it was replaced.
      const isItself = [id, old.rotatedFrom].includes(sender.credentialId);
      if (!isItself) mustLiveWithin(sender, newExpiresAt);
      const inserted = await this.tokens.insert(mutation, {
        name,
        role,
        services,
        environments,
        permissions,
        identity,
        ...kept,
        rotatedFrom: id,
        expiresAt: newExpiresAt,
      });
      const overMs = nowMs + overlapSeconds * 1000;
      const expiresAt = new Date(Math.min(old.expiresAt?.getTime() ?? Infinity, overMs));
      await this.tokens.update(mutation, id, { expiresAt });
      const previous = { id, expiresAt: expiresAt.toISOString() };
      mutation.audit({
        action: 'token.rotate',
        target: `token:${inserted.id}`,
        detail: {
          ...toDetail(inserted),
          identity: inserted.identity,
          previous: { ...previous, identity: old.identity },
        },
      });
      mutation.announce({ kind: 'token', workspaceId: actor.workspaceId, tokenId: id });
      return { ...toTokenView(inserted), token: secret, previous };
    });
  }

  async revoke(actor: Actor, id: string): Promise<void> {
    await this.mutations.run(actor, async (mutation) => {
      if (!(await this.tokens.revoke(mutation, id)))
        throw new Problem('not_found', 'There is no such token, or it was revoked before.');
      mutation.audit({ action: 'token.revoke', target: `token:${id}` });
      mutation.announce({ kind: 'token', workspaceId: actor.workspaceId, tokenId: id });
    });
  }

  /** What the sender may give was looked up before; now nobody changes it until the transaction ends. */
  private async mustStillGive(mutation: Mutation, scope: TokenScope): Promise<void> {
    const grant = toGrant(scope);
    const { workspaceId, identity } = mutation.actor;
    const detail = 'You may not give what this token may do any more.';
    await this.standing.require(mutation, workspaceId, identity, grant === undefined ? [] : [grant], detail);
  }

  private async mustHaveRoom(mutation: Mutation): Promise<void> {
    if ((await this.tokens.countLive(mutation)) >= MAX_TOKENS)
      throw new Problem('too_many', `A workspace has at most ${MAX_TOKENS} tokens in use: revoke some.`);
  }
}

/** The answer of a request with an Idempotency-Key is kept, and a secret must not be: so the key is not honoured. */
function withoutKey({ idempotency: _ignored, ...actor }: Actor): Actor {
  return actor;
}

/** What the audit keeps of a token. */
function toDetail({ name, role, services, environments, permissions, expiresAt }: TokenScope) {
  return {
    name,
    role,
    services: [...services],
    environments: [...environments],
    permissions: [...permissions],
    expiresAt: expiresAt?.toISOString() ?? null,
  };
}

function found(record: TokenRecord | undefined): TokenRecord {
  if (record === undefined) throw new Problem('not_found', 'There is no such token, or it is over.');
  return record;
}

function dropUndefined<Fields extends object>(
  fields: Fields,
): { [Key in keyof Fields]: Exclude<Fields[Key], undefined> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [Key in keyof Fields]: Exclude<Fields[Key], undefined> };
}
