import type { Database } from '../database.js';
import type { Mutation } from '../mutation.js';
import { decodeNumberCursor, type Page, type PageRequest, toPage } from '../paging.js';

export interface SchemaRecord {
  readonly number: number;
  readonly hash: string;
  readonly author: string;
  readonly createdAt: Date;
}

export interface SchemaWithContent extends SchemaRecord {
  /** Canonical JSON. */
  readonly content: string;
}

const SHOWN = { number: true, hash: true, author: true, createdAt: true } as const;

/** The versioned JSON Schema of each service. */
export class SchemaStore {
  constructor(private readonly database: Database) {}

  async current(workspaceId: string, service: string): Promise<SchemaWithContent | undefined> {
    const row = await this.database.within(workspaceId).prisma.schemaVersion.findFirst({
      where: { workspaceId, service },
      orderBy: { number: 'desc' },
      select: { ...SHOWN, content: true },
    });
    return row ?? undefined;
  }

  async find(workspaceId: string, service: string, number: number): Promise<SchemaWithContent | undefined> {
    const row = await this.database.within(workspaceId).prisma.schemaVersion.findUnique({
      where: { workspaceId_service_number: { workspaceId, service, number } },
      select: { ...SHOWN, content: true },
    });
    return row ?? undefined;
  }

  /** Newest first. */
  async list(workspaceId: string, service: string, page: PageRequest): Promise<Page<SchemaRecord>> {
    const below = decodeNumberCursor(page.cursor);
    const rows = await this.database.within(workspaceId).prisma.schemaVersion.findMany({
      where: { workspaceId, service, ...(below === undefined ? {} : { number: { lt: below } }) },
      select: SHOWN,
      orderBy: { number: 'desc' },
      take: page.limit + 1,
    });
    return toPage(
      rows,
      page.limit,
      (row) => row.number,
      (row) => row,
    );
  }

  /** Read inside the transaction. */
  async currentIn(mutation: Mutation, service: string): Promise<SchemaRecord | undefined> {
    const row = await mutation.tx.schemaVersion.findFirst({
      where: { workspaceId: mutation.actor.workspaceId, service },
      orderBy: { number: 'desc' },
      select: SHOWN,
    });
    return row ?? undefined;
  }

  /** Call with the service locked: the number is the one after the newest. */
  async insert(
    mutation: Mutation,
    service: string,
    schema: { content: string; hash: string },
  ): Promise<SchemaRecord> {
    const { workspaceId, name } = mutation.actor;
    const newest = await mutation.tx.schemaVersion.findFirst({
      where: { workspaceId, service },
      orderBy: { number: 'desc' },
      select: { number: true },
    });
    return mutation.tx.schemaVersion.create({
      data: { workspaceId, service, number: (newest?.number ?? 0) + 1, author: name, ...schema },
      select: SHOWN,
    });
  }
}
