import type { Database } from '../database.js';
import type { Prisma } from '../generated/client.js';
import type { Mutation } from '../mutation.js';
import { decodeCursor, type Page, type PageRequest, toPage } from '../paging.js';

export interface ServiceRecord {
  readonly name: string;
  readonly kind: 'service' | 'shared';
  readonly displayName: string | null;
  readonly description: string | null;
  readonly owner: string | null;
  readonly labels: Record<string, string>;
  readonly includes: readonly string[];
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly archivedAt: Date | null;
}

export interface ServiceFilter {
  /** Only services with these names. */
  readonly among: ReadonlySet<string> | 'all';
  readonly search?: string | undefined;
  readonly labels: readonly { readonly key: string; readonly value: string }[];
  readonly kind?: ServiceRecord['kind'] | undefined;
  readonly owner?: string | undefined;
  /** Only services that include this one themselves. */
  readonly includes?: string | undefined;
  readonly archived: boolean;
}

export type ServiceFields = Omit<ServiceRecord, 'createdAt' | 'updatedAt' | 'archivedAt' | 'includes'>;
export type ServiceChanges = Partial<Omit<ServiceFields, 'name' | 'kind'>> & { readonly archivedAt?: Date };

const WITH_INCLUDES = { includes: { orderBy: { position: 'asc' } } } as const;
type Row = Prisma.ServiceGetPayload<{ include: typeof WITH_INCLUDES }>;

/** Services of a workspace: who they are and what they include. */
export class ServiceStore {
  constructor(private readonly database: Database) {}

  async find(workspaceId: string, name: string): Promise<ServiceRecord | undefined> {
    const row = await this.database.within(workspaceId).prisma.service.findUnique({
      where: { workspaceId_name: { workspaceId, name } },
      include: WITH_INCLUDES,
    });
    return row === null ? undefined : toRecord(row);
  }

  /** By name; `search` is looked for in name, display name and description, whatever the case. */
  async list(workspaceId: string, filter: ServiceFilter, page: PageRequest): Promise<Page<ServiceRecord>> {
    const after = decodeCursor(page.cursor);
    const contains =
      filter.search === undefined
        ? undefined
        : { contains: escapeLike(filter.search), mode: 'insensitive' as const };
    const rows = await this.database.within(workspaceId).prisma.service.findMany({
      where: {
        workspaceId,
        name: named(after, filter.among),
        ...(filter.archived ? {} : { archivedAt: null }),
        ...(contains === undefined
          ? {}
          : { OR: [{ name: contains }, { displayName: contains }, { description: contains }] }),
        ...(filter.kind === undefined ? {} : { kind: filter.kind }),
        ...(filter.owner === undefined ? {} : { owner: filter.owner }),
        ...(filter.includes === undefined ? {} : { includes: { some: { included: filter.includes } } }),
        AND: filter.labels.map(({ key, value }) => ({ labels: { path: [key], equals: value } })),
      },
      include: WITH_INCLUDES,
      orderBy: { name: 'asc' },
      take: page.limit + 1,
    });
    return toPage(rows, page.limit, (row) => row.name, toRecord);
  }

  /** Which of these names are those of services, archived ones among them. */
  async existing(workspaceId: string, names: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await this.database.within(workspaceId).prisma.service.findMany({
      where: { workspaceId, name: { in: [...names] } },
      select: { name: true },
    });
    return new Set(rows.map(({ name }) => name));
  }

  /** Rejects with a unique violation when the name is taken. */
  async insert(mutation: Mutation, fields: ServiceFields): Promise<void> {
    await mutation.tx.service.create({ data: { workspaceId: mutation.actor.workspaceId, ...fields } });
  }

  async update(mutation: Mutation, name: string, changes: ServiceChanges): Promise<void> {
    const { workspaceId } = mutation.actor;
    await mutation.tx.service.update({
      where: { workspaceId_name: { workspaceId, name } },
      data: { ...changes, updatedAt: new Date() },
    });
  }

  async replaceIncludes(mutation: Mutation, service: string, includes: readonly string[]): Promise<void> {
    const { workspaceId } = mutation.actor;
    await mutation.tx.serviceInclude.deleteMany({ where: { workspaceId, service } });
    await mutation.tx.serviceInclude.createMany({
      data: includes.map((included, position) => ({ workspaceId, service, included, position })),
    });
  }

  /** Read inside the transaction, so that what it answers is what the transaction changes. */
  async findIn(mutation: Mutation, name: string): Promise<ServiceRecord | undefined> {
    const row = await mutation.tx.service.findUnique({
      where: { workspaceId_name: { workspaceId: mutation.actor.workspaceId, name } },
      include: WITH_INCLUDES,
    });
    return row === null ? undefined : toRecord(row);
  }

  /** The same, and nobody else changes it until the transaction ends. */
  async findLocked(mutation: Mutation, name: string): Promise<ServiceRecord | undefined> {
    await mutation.sql.query(
      'select 1 as locked from services where workspace_id = $1::text and name = $2::text for no key update',
      [mutation.actor.workspaceId, name],
    );
    return this.findIn(mutation, name);
  }

  /** Which of these are not services of kind `shared` that are in use. */
  async notShared(mutation: Mutation, names: readonly string[]): Promise<string[]> {
    const { workspaceId } = mutation.actor;
    const rows = await mutation.tx.service.findMany({
      where: { workspaceId, name: { in: [...names] }, kind: 'shared', archivedAt: null },
      select: { name: true },
    });
    const shared = new Set(rows.map((row) => row.name));
    return names.filter((name) => !shared.has(name));
  }

  /** The services that include this one themselves, at most `limit` of them. */
  async includedBy(mutation: Mutation, included: string, limit: number): Promise<string[]> {
    const rows = await mutation.tx.serviceInclude.findMany({
      where: { workspaceId: mutation.actor.workspaceId, included },
      orderBy: { service: 'asc' },
      take: limit,
    });
    return rows.map((row) => row.service);
  }

  /** Names of the services that run, by name: what the dashboard lists. */
  async listRunning(
    workspaceId: string,
    page: PageRequest,
    among: ReadonlySet<string> | 'all' = 'all',
  ): Promise<Page<string>> {
    const after = decodeCursor(page.cursor);
    const rows = await this.database.within(workspaceId).prisma.service.findMany({
      where: {
        workspaceId,
        kind: 'service',
        archivedAt: null,
        name: named(after, among),
      },
      select: { name: true },
      orderBy: { name: 'asc' },
      take: page.limit + 1,
    });
    return toPage(
      rows,
      page.limit,
      (row) => row.name,
      (row) => row.name,
    );
  }
}

/** What follows after a name, and is among these. */
function named(after: string | undefined, among: ReadonlySet<string> | 'all') {
  return {
    ...(after === undefined ? {} : { gt: after }),
    ...(among === 'all' ? {} : { in: [...among] }),
  };
}

function toRecord(row: Row): ServiceRecord {
  return {
    name: row.name,
    kind: row.kind === 'shared' ? 'shared' : 'service',
    displayName: row.displayName,
    description: row.description,
    owner: row.owner,
    labels: row.labels as Record<string, string>,
    includes: row.includes.map((include) => include.included),
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    archivedAt: row.archivedAt,
  };
}

/** Prisma hands the text to LIKE as it is, where these stand for anything. */
function escapeLike(text: string): string {
  return text.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`);
}
