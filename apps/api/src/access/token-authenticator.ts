import { hash, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { grantSchema } from '@binnacle/contracts';
import { type TokenRecord, TokenStore } from '@binnacle/store';
import { ENVIRONMENT, type Environment } from '../environment.js';
import { bearerToken } from './bearer-token.js';
import type { Principal } from './principal.js';
import { TokenUsage } from './token-usage.js';

/** How long a look-up is believed; a revocation is also announced, and then believed at once. */
const BELIEVED_MS = 3_000;
const MAX_CACHED = 10_000;
/** Of the workspace that exists from the first start. */
const DEFAULT_WORKSPACE = 'default';
export const ADMIN_TOKEN_ID = 'admin-token';

interface Cached {
  readonly principal: Promise<Principal | undefined>;
  readonly untilMs: number;
  /** Once it was looked up. */
  found?: Principal | undefined;
  /** Not to be believed any more, also by who holds on to it. */
  isForgotten?: true;
}

interface LastSeen {
  readonly authorization: string;
  readonly entry: Cached;
}

/** Tells who a token belongs to. Look-ups of one token at a time are shared, so that a reconnect storm costs one. */
@Injectable()
export class TokenAuthenticator {
  private readonly cache = new Map<string, Cached>();
  private readonly lastOn = new WeakMap<object, LastSeen>();
  private generation = 0;
  private readonly adminHash: Buffer | undefined;

  constructor(
    @Inject(ENVIRONMENT) environment: Environment,
    private readonly tokens: TokenStore,
    private readonly usage: TokenUsage,
  ) {
    this.adminHash = environment.adminToken === undefined ? undefined : sha256(environment.adminToken);
  }

  /** Undefined for a token that is unknown, revoked or expired. Rejects when the database is needed and away. */
  async authenticate(token: string): Promise<Principal | undefined> {
    const digest = sha256(token);
    if (this.isAdmin(digest)) return ADMIN;
    const principal = await this.lookUp(digest.toString('hex'));
    return principal !== undefined && isCurrent(principal) ? principal : undefined;
  }

  /**
   * What `authenticate` would answer for an `Authorization` header, when that is in memory; undefined as well for a token
   * that is not valid. A connection mostly repeats its header, which is then compared instead of hashed.
   */
  known(connection: object, authorization: string | undefined): Principal | undefined {
    const last = this.lastOn.get(connection);
    const again = last?.authorization === authorization ? believed(last?.entry) : undefined;
    if (again !== undefined) return again;
    const token = bearerToken(authorization);
    if (token === undefined || authorization === undefined) return undefined;
    const digest = sha256(token);
    const entry = this.isAdmin(digest) ? ADMIN_ENTRY : this.cache.get(digest.toString('hex'));
    if (entry === undefined) return undefined;
    this.lastOn.set(connection, { authorization, entry });
    return believed(entry);
  }

  /** Which of these tokens may still be used, as the database knows it now. */
  async stillValid(tokenIds: readonly string[]): Promise<Map<string, Principal>> {
    const records = await this.tokens.findMany(tokenIds.filter((id) => id !== ADMIN_TOKEN_ID));
    const valid = new Map<string, Principal>();
    for (const record of records) {
      const principal = toPrincipal(record);
      if (principal === undefined || !isCurrent(principal)) continue;
      valid.set(record.id, principal);
      this.usage.note(record.id);
    }
    if (this.adminHash !== undefined && tokenIds.includes(ADMIN_TOKEN_ID)) valid.set(ADMIN_TOKEN_ID, ADMIN);
    return valid;
  }

  /** Rises whenever something is forgotten: what was decided before may not hold any more. */
  get asOf(): number {
    return this.generation;
  }

  /** Something about these tokens changed: what was looked up of them before is not believed, nor what is under way. */
  forget(isConcerned: (principal: Principal) => boolean): void {
    this.drop(isConcerned);
    this.generation += 1;
  }

  private drop(isConcerned: (principal: Principal) => boolean): void {
    for (const [tokenHash, entry] of this.cache) {
      if (entry.found !== undefined && !isConcerned(entry.found)) continue;
      entry.isForgotten = true;
      this.cache.delete(tokenHash);
    }
  }

  private isAdmin(digest: Buffer): boolean {
    return this.adminHash !== undefined && timingSafeEqual(digest, this.adminHash);
  }

  private lookUp(tokenHash: string): Promise<Principal | undefined> {
    const nowMs = performance.now();
    const known = this.cache.get(tokenHash);
    if (known !== undefined && known.untilMs > nowMs) return known.principal;
    const principal = this.tokens.findByHash(tokenHash).then((record) => {
      const found = record && toPrincipal(record);
      // As often as it is looked up is often enough.
      if (found !== undefined && isCurrent(found)) this.usage.note(found.credentialId);
      return found;
    });
    const entry: Cached = { principal, untilMs: nowMs + BELIEVED_MS };
    if (this.cache.size >= MAX_CACHED) this.drop(() => true);
    this.cache.set(tokenHash, entry);
    principal.then(
      (found) => (entry.found = found),
      () => {
        if (this.cache.get(tokenHash) === entry) this.cache.delete(tokenHash);
      },
    );
    return principal;
  }
}

const ADMIN: Principal = {
  via: 'token',
  credentialId: ADMIN_TOKEN_ID,
  workspaceId: DEFAULT_WORKSPACE,
  name: 'token:admin',
  identity: ADMIN_TOKEN_ID,
  isOperator: true,
  grants: [{ role: 'admin', services: [], environments: [], permissions: [] }],
  expiresAtMs: null,
};

const ADMIN_ENTRY: Cached = { principal: Promise.resolve(ADMIN), found: ADMIN, untilMs: Infinity };

function believed(entry: Cached | undefined): Principal | undefined {
  if (entry?.found === undefined || entry.isForgotten || entry.untilMs <= performance.now()) return undefined;
  return isCurrent(entry.found) ? entry.found : undefined;
}

function sha256(token: string): Buffer {
  return hash('sha256', token, 'buffer');
}

function isCurrent({ expiresAtMs }: Principal): boolean {
  return expiresAtMs === null || expiresAtMs > Date.now();
}

function toPrincipal(record: TokenRecord): Principal | undefined {
  const { role, services, environments, permissions } = record;
  const grant = grantSchema.safeParse({ role, services, environments, permissions });
  if (record.revokedAt !== null || !grant.success) return undefined;
  return {
    via: 'token',
    credentialId: record.id,
    workspaceId: record.workspaceId,
    name: `token:${record.name}`,
    identity: record.identity,
    isOperator: false,
    grants: [grant.data],
    expiresAtMs: record.expiresAt?.getTime() ?? null,
  };
}
