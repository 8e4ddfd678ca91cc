import type { Database } from '../database.js';
import type { Mutation } from '../mutation.js';
import { decodeCursor, type Page, type PageRequest, toPage } from '../paging.js';

export interface TokenRecord {
  readonly id: string;
  readonly workspaceId: string;
  readonly name: string;
  readonly role: string;
  readonly services: readonly string[];
  readonly environments: readonly string[];
  readonly lastFour: string;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
}

export interface NewToken {
  readonly name: string;
  readonly role: string;
  readonly services: readonly string[];
  readonly environments: readonly string[];
  readonly hash: string;
  readonly lastFour: string;
  readonly expiresAt: Date | null;
}

const SHOWN = {
  id: true,
  workspaceId: true,
  name: true,
  role: true,
  services: true,
  environments: true,
  lastFour: true,
  createdBy: true,
  createdAt: true,
  expiresAt: true,
  revokedAt: true,
} as const;

/** API tokens. Only their hashes are here. */
export class TokenStore {
  constructor(private readonly database: Database) {}

  /** By the SHA-256 (hex) of the whole token; also one that has expired or was revoked. */
  async findByHash(hash: string): Promise<TokenRecord | undefined> {
    return (await this.database.prisma.token.findUnique({ where: { hash }, select: SHOWN })) ?? undefined;
  }

  async findMany(ids: readonly string[]): Promise<TokenRecord[]> {
    return this.database.prisma.token.findMany({ where: { id: { in: [...ids] } }, select: SHOWN });
  }

  /** Newest first: ids are UUIDs of version 7, which sort by time. */
  async list(workspaceId: string, page: PageRequest): Promise<Page<TokenRecord>> {
    const below = decodeCursor(page.cursor);
    const rows = await this.database.prisma.token.findMany({
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

  async insert(mutation: Mutation, token: NewToken): Promise<TokenRecord> {
    const { services, environments, ...fields } = token;
    return mutation.tx.token.create({
      data: {
        ...fields,
        services: [...services],
        environments: [...environments],
        workspaceId: mutation.actor.workspaceId,
        createdBy: mutation.actor.name,
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
