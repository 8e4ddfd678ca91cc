import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import {
  type CreatedTokenBody,
  type CreateToken,
  type PageQuery,
  Problem,
  type TokenBody,
} from '@binnacle/contracts';
import { type Actor, type Page, type TokenRecord, TokenStore } from '@binnacle/store';
import { Mutations } from '../changes/mutations.js';

const TOKEN_BYTES = 32;
const TOKEN_PREFIX = 'bnk_';

/** Creates and revokes API tokens. */
@Injectable()
export class TokensService {
  constructor(
    private readonly mutations: Mutations,
    private readonly tokens: TokenStore,
  ) {}

  async list(workspaceId: string, page: PageQuery): Promise<Page<TokenBody>> {
    const { items, nextCursor } = await this.tokens.list(workspaceId, page);
    return { items: items.map(toView), nextCursor };
  }

  async create(actor: Actor, body: CreateToken): Promise<CreatedTokenBody> {
    const expiresAt = body.expiresAt === undefined ? null : new Date(body.expiresAt);
    if (expiresAt !== null && expiresAt.getTime() <= Date.now())
      throw new Problem('invalid_request', 'A token must expire in the future.', [
        { pointer: '/expiresAt', message: 'must be in the future' },
      ]);
    const secret = `${TOKEN_PREFIX}${randomBytes(TOKEN_BYTES).toString('base64url')}`;
    // The answer of a request with an Idempotency-Key is kept, and a token must not be: so the key is not honoured.
    const { idempotency: _ignored, ...caller } = actor;
    const record = await this.mutations.run(caller, async (mutation) => {
      const inserted = await this.tokens.insert(mutation, {
        name: body.name,
        role: body.role,
        services: body.services,
        environments: body.environments,
        hash: createHash('sha256').update(secret).digest('hex'),
        lastFour: secret.slice(-4),
        expiresAt,
      });
      const { services, environments } = body;
      const detail = { name: body.name, role: body.role, services, environments };
      mutation.audit({ action: 'token.create', target: `token:${inserted.id}`, detail });
      return inserted;
    });
    return { ...toView(record), token: secret };
  }

  async revoke(actor: Actor, id: string): Promise<void> {
    await this.mutations.run(actor, async (mutation) => {
      if (!(await this.tokens.revoke(mutation, id)))
        throw new Problem('not_found', 'There is no such token, or it was revoked before.');
      mutation.audit({ action: 'token.revoke', target: `token:${id}` });
      mutation.announce({ kind: 'token', workspaceId: actor.workspaceId, tokenId: id });
    });
  }
}

function toView(record: TokenRecord): TokenBody {
  return {
    id: record.id,
    name: record.name,
    role: record.role as TokenBody['role'],
    services: [...record.services],
    environments: [...record.environments],
    lastFour: record.lastFour,
    createdBy: record.createdBy,
    createdAt: record.createdAt.toISOString(),
    expiresAt: record.expiresAt?.toISOString() ?? null,
    revokedAt: record.revokedAt?.toISOString() ?? null,
  };
}
