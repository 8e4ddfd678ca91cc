import { Injectable } from '@nestjs/common';
import {
  type ChangeToken,
  type CreatedTokenBody,
  type CreateToken,
  grantSchema,
  MAX_TOKENS,
  mayGive,
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
import type { Principal } from './principal.js';
import { newTokenSecret } from './token-secret.js';
import { ADMIN_TOKEN_ID } from './token-authenticator.js';
import { toTokenView } from './token.view.js';

/** Creates, changes, rotates and revokes API tokens. */
@Injectable()
export class TokensService {
  constructor(
    private readonly mutations: Mutations,
    private readonly tokens: TokenStore,
  ) {}

  async list(workspaceId: string, page: PageQuery): Promise<Page<TokenBody>> {
    const { items, nextCursor } = await this.tokens.list(workspaceId, page);
    return { items: items.map(toTokenView), nextCursor };
  }

  async read(workspaceId: string, id: string): Promise<TokenBody> {
    return toTokenView(found(await this.tokens.find(workspaceId, id)));
  }

  async create(actor: Actor, sender: Principal, body: CreateToken): Promise<CreatedTokenBody> {
    const scope = { ...body, expiresAt: inFuture(body.expiresAt ?? null) };
    mustMayGive(sender, scope);
    const { secret, ...kept } = newTokenSecret();
    const record = await this.mutations.run(withoutKey(actor), async (mutation) => {
      await this.mustExist(mutation, scope);
      await this.mustHaveRoom(mutation);
      const identity = actor.identity === ADMIN_TOKEN_ID ? undefined : actor.identity;
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
    return this.mutations.run(actor, async (mutation) => {
      const before = found(await this.tokens.lock(mutation, id));
      mustMayGive(sender, before);
      mustMayGive(sender, { ...before, ...changes });
      await this.mustExist(mutation, { services: [], environments: [], ...changes });
      const after = await this.tokens.update(mutation, id, changes);
      const diff = diffJson(toDetail(before), toDetail(after));
      mutation.audit({ action: 'token.change', target: `token:${id}`, detail: { name: after.name, diff } });
      mutation.announce({ kind: 'token', workspaceId: actor.workspaceId, tokenId: id });
      return toTokenView(after);
    });
  }

  /** The new token lives as long as the old one was made for, and answers as the same identity. */
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
      const { name, role, services, environments, permissions, identity } = old;
      const nowMs = Date.now();
      const lifetimeMs = old.expiresAt === null ? null : old.expiresAt.getTime() - old.createdAt.getTime();
      const inserted = await this.tokens.insert(mutation, {
        name,
        role,
        services,
        environments,
        permissions,
        identity,
        ...kept,
        rotatedFrom: id,
        expiresAt: lifetimeMs === null ? null : new Date(nowMs + lifetimeMs),
      });
      const overMs = nowMs + overlapSeconds * 1000;
      const expiresAt = new Date(Math.min(old.expiresAt?.getTime() ?? Infinity, overMs));
      await this.tokens.update(mutation, id, { expiresAt });
      const previous = { id, expiresAt: expiresAt.toISOString() };
      mutation.audit({
        action: 'token.rotate',
        target: `token:${inserted.id}`,
        detail: { ...toDetail(inserted), previous },
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

  private async mustHaveRoom(mutation: Mutation): Promise<void> {
    if ((await this.tokens.countLive(mutation)) >= MAX_TOKENS)
      throw new Problem('too_many', `A workspace has at most ${MAX_TOKENS} tokens in use: revoke some.`);
  }

  private async mustExist(
    mutation: Mutation,
    scope: Pick<TokenScope, 'services' | 'environments'>,
  ): Promise<void> {
    const unknown = await this.tokens.unknownNames(mutation, scope);
    const errors = (['services', 'environments'] as const).flatMap((field) =>
      unknown[field].map((name) => ({
        pointer: `/${field}/${scope[field].indexOf(name)}`,
        message: 'does not exist',
      })),
    );
    if (errors.length > 0)
      throw new Problem('invalid_request', 'A token can be limited to what exists only.', errors);
  }
}

/** The answer of a request with an Idempotency-Key is kept, and a secret must not be: so the key is not honoured. */
function withoutKey({ idempotency: _ignored, ...actor }: Actor): Actor {
  return actor;
}

/** Nobody gives a token more than he has, and nobody changes or takes the place of one that has more. */
function mustMayGive({ grants }: Principal, scope: TokenScope): void {
  const grant = grantSchema.safeParse({
    role: scope.role,
    services: scope.services,
    environments: scope.environments,
    permissions: scope.permissions,
  });
  if (!grant.success || !mayGive(grants, grant.data))
    throw new Problem('forbidden', 'This token may do more than you may yourself.');
}

function inFuture(expiresAt: string | null): Date | null {
  if (expiresAt === null) return null;
  const at = new Date(expiresAt);
  if (at.getTime() > Date.now()) return at;
  throw new Problem('invalid_request', 'A token must expire in the future.', [
    { pointer: '/expiresAt', message: 'must be in the future' },
  ]);
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
