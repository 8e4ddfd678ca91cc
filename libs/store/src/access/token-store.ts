import type { Database } from '../database.js';
import type { Mutation, SqlMutation } from '../mutation.js';
import { decodeCursor, type Page, type PageRequest, toPage } from '../paging.js';

export interface TokenRecord {
  readonly id: string;
  readonly workspaceId: string;
  readonly name: string;
  readonly role: string;
  readonly services: readonly string[];
  readonly environments: readonly string[];
  /** Beyond those of the role. */
  readonly permissions: readonly string[];
  /** Who answers for what it does: `user:<id>` or `token:<id>`. */
  readonly identity: string;
  /** Id of the token that this one takes the place of. */
  readonly rotatedFrom: string | null;
  readonly lastFour: string;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
}

/** What a token may do, and until when. */
export interface TokenScope {
  readonly name: string;
  readonly role: string;
  readonly services: readonly string[];
  readonly environments: readonly string[];
  readonly permissions: readonly string[];
  readonly expiresAt: Date | null;
}

export interface NewToken extends TokenScope {
  readonly hash: string;
  readonly lastFour: string;
  /** Undefined for one that answers for itself. */
  readonly identity: string | undefined;
  readonly rotatedFrom: string | null;
}

const SHOWN = {
  id: true,
  workspaceId: true,
  name: true,
  role: true,
  services: true,
  environments: true,
  permissions: true,
  identity: true,
  rotatedFrom: true,
  lastFour: true,
  createdBy: true,
  createdAt: true,
  lastUsedAt: true,
  expiresAt: true,
  revokedAt: true,
} as const;

/** Of those that nobody has archived. */
const IN_USE = { workspace: { archivedAt: null } } as const;

const NOTE_USE = `
  update tokens set last_used_at = now() where id in (
    select id from tokens
    where id = any($1::text[]) and (last_used_at is null or last_used_at < now() - interval '1 minute')
    order by id for no key update skip locked
  )`;

const IDENTITIES_BEHIND = `
  with recursive chain(id, rotated_from, identity) as (
    select id, rotated_from, identity from tokens where workspace_id = $1::text and id = $2::text
    union select t.id, t.rotated_from, t.identity from tokens t join chain c on t.id = c.rotated_from
    where t.workspace_id = $1::text
  )
  select distinct identity from chain`;

/** API tokens. Only their hashes are here. */
export class TokenStore {
  constructor(private readonly database: Database) {}

  /** By the SHA-256 (hex) of the whole token, in whatever workspace it is; also one that has expired or was revoked. */
  async findByHash(hash: string): Promise<TokenRecord | undefined> {
    const { prisma } = this.database.acrossWorkspaces;
    return (await prisma.token.findUnique({ where: { hash, ...IN_USE }, select: SHOWN })) ?? undefined;
  }

  /** Those of any workspace that are there. */
  async findMany(ids: readonly string[]): Promise<TokenRecord[]> {
    const { prisma } = this.database.acrossWorkspaces;
    return prisma.token.findMany({ where: { id: { in: [...ids] }, ...IN_USE }, select: SHOWN });
  }

  /** Notes that these were used, each at most once a minute, however many processes say so. Waits for nobody. */
  async noteUse(ids: readonly string[]): Promise<void> {
    await this.database.acrossWorkspaces.sql.query(NOTE_USE, [ids]);
  }

  async find(workspaceId: string, id: string): Promise<TokenRecord | undefined> {
    const { prisma } = this.database.within(workspaceId);
    return (await prisma.token.findUnique({ where: { id, workspaceId }, select: SHOWN })) ?? undefined;
  }

  /** Newest first: ids are UUIDs of version 7, which sort by time. */
  async list(workspaceId: string, page: PageRequest): Promise<Page<TokenRecord>> {
    const below = decodeCursor(page.cursor);
    const rows = await this.database.within(workspaceId).prisma.token.findMany({
      where: { workspaceId, ...(below === undefined ? {} : { id: { lt: below } }) },
      select: SHOWN,
      orderBy: { id: 'desc' },
      take: page.limit + 1,
    });
    return toPage(
      rows,
      page.limit,
      (row) => row.id,
      (row) => row,
    );
  }

  /** How many may still be used. Nobody else adds one until the transaction ends. */
  async countLive(mutation: Mutation): Promise<number> {
    const { workspaceId } = mutation.actor;
    await mutation.sql.query('select id from workspaces where id = $1::text for no key update', [
      workspaceId,
    ]);
    return mutation.tx.token.count({ where: { workspaceId, ...live() } });
  }

  /** Names among these that are no service, or no environment, of the workspace. */
  async unknownNames(
    mutation: Mutation,
    scope: Pick<TokenScope, 'services' | 'environments'>,
  ): Promise<{ services: string[]; environments: string[] }> {
    const { workspaceId } = mutation.actor;
    const within = (names: readonly string[]) => ({ where: { workspaceId, name: { in: [...names] } } });
    const services = await mutation.tx.service.findMany({
      ...within(scope.services),
      select: { name: true },
    });
    const environments = await mutation.tx.environment.findMany({
      ...within(scope.environments),
      select: { name: true },
    });
    const missing = (names: readonly string[], found: readonly { name: string }[]) =>
      names.filter((name) => !found.some((each) => each.name === name));
    return {
      services: missing(scope.services, services),
      environments: missing(scope.environments, environments),
    };
  }

  /** One that may still be used. Nobody else changes it until the transaction ends. */
  async lock(mutation: Mutation, id: string): Promise<TokenRecord | undefined> {
    const { workspaceId } = mutation.actor;
    await mutation.sql.query(
      'select id from tokens where workspace_id = $1::text and id = $2::text for no key update',
      [workspaceId, id],
    );
    return (
      (await mutation.tx.token.findFirst({ where: { id, workspaceId, ...live() }, select: SHOWN })) ??
      undefined
    );
  }

  /** The token that took the place of this one, if it was rotated, and whether it may still be used. */
  async successorOf(mutation: Mutation, id: string): Promise<{ id: string; isLive: boolean } | undefined> {
    const ofThis = { workspaceId: mutation.actor.workspaceId, rotatedFrom: id };
    const select = { id: true } as const;
    const inUse = await mutation.tx.token.findFirst({ where: { ...ofThis, ...live() }, select });
    if (inUse !== null) return { id: inUse.id, isLive: true };
    const over = await mutation.tx.token.findFirst({ where: ofThis, select });
    return over === null ? undefined : { id: over.id, isLive: false };
  }

  /** Who answers for this token, and who did for those that it takes the place of. */
  async identitiesBehind({ actor, sql }: SqlMutation, id: string): Promise<string[]> {
    const rows = await sql.query<{ identity: string }>(IDENTITIES_BEHIND, [actor.workspaceId, id]);
    return rows.map(({ identity }) => identity);
  }

  /** Those of a workspace that may still be used and for which this identity answers. */
  async liveOf(mutation: Mutation, workspaceId: string, identity: string): Promise<TokenRecord[]> {
    return mutation.tx.token.findMany({ where: { workspaceId, identity, ...live() }, select: SHOWN });
  }

  async insert(mutation: Mutation, token: NewToken): Promise<TokenRecord> {
    const { identity, services, environments, permissions, ...fields } = token;
    const { workspaceId, name: createdBy } = mutation.actor;
    const inserted = await mutation.tx.token.create({
      data: {
        ...fields,
        services: [...services],
        environments: [...environments],
        permissions: [...permissions],
        identity: identity ?? '',
        workspaceId,
        createdBy,
      },
      select: SHOWN,
    });
    if (identity !== undefined) return inserted;
    return mutation.tx.token.update({
      where: { id: inserted.id },
      data: { identity: `token:${inserted.id}` },
      select: SHOWN,
    });
  }

  async update(mutation: Mutation, id: string, changes: Partial<TokenScope>): Promise<TokenRecord> {
    const { services, environments, permissions, ...fields } = changes;
    return mutation.tx.token.update({
      where: { id, workspaceId: mutation.actor.workspaceId },
      data: {
        ...fields,
        ...(services === undefined ? {} : { services: [...services] }),
        ...(environments === undefined ? {} : { environments: [...environments] }),
        ...(permissions === undefined ? {} : { permissions: [...permissions] }),
      },
      select: SHOWN,
    });
  }

  /** False when there is no such token that is still valid. */
  async revoke(mutation: Mutation, id: string): Promise<boolean> {
    const { count } = await mutation.tx.token.updateMany({
      where: { id, workspaceId: mutation.actor.workspaceId, revokedAt: null },
      data: { revokedAt: new Date() },
    });
    return count === 1;
  }
}

/** Neither revoked nor expired. */
function live() {
  return { revokedAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: new Date() } }] };
}
