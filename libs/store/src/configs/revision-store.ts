import type { Database } from '../database.js';
import type { Pair } from '../pair.js';
import { decodeNumberCursor, type Page, type PageRequest, toPage } from '../paging.js';

/** What agents receive: `content` is canonical JSON and `hash` its SHA-256. */
export interface ReleasedConfig {
  readonly epoch: string;
  readonly revision: number;
  readonly hash: string;
  readonly content: string;
}

export interface RevisionRecord {
  readonly number: number;
  readonly hash: string;
  readonly message: string;
  readonly author: string;
  readonly createdAt: Date;
  readonly layers: Record<string, number>;
}

const NEWEST = `
  select i.epoch, r.number as revision, r.hash, r.content
  from installation i, config_heads h
  join revisions r on r.workspace_id = h.workspace_id and r.service = h.service
    and r.environment = h.environment and r.number = h.revision
  where h.workspace_id = $1 and h.service = $2 and h.environment = $3`;

const SHOWN = {
  number: true,
  hash: true,
  message: true,
  author: true,
  createdAt: true,
  layers: true,
} as const;

/** Revisions of effective configs, for reading. */
export class RevisionStore {
  constructor(private readonly database: Database) {}

  /** The newest revision; undefined when nothing has been published. */
  async newest({ workspaceId, service, environment }: Pair): Promise<ReleasedConfig | undefined> {
    const rows = await this.database.sql.query<ReleasedConfig>(
      NEWEST,
      [workspaceId, service, environment],
      'newest-revision',
    );
    return rows[0];
  }

  /** Newest first. */
  async list({ workspaceId, service, environment }: Pair, page: PageRequest): Promise<Page<RevisionRecord>> {
    const below = decodeNumberCursor(page.cursor);
    const rows = await this.database.prisma.revision.findMany({
      where: { workspaceId, service, environment, ...(below === undefined ? {} : { number: { lt: below } }) },
      select: SHOWN,
      orderBy: { number: 'desc' },
      take: page.limit + 1,
    });
    return toPage(
      rows,
      page.limit,
      (row) => row.number,
      (row) => ({ ...row, layers: row.layers as Record<string, number> }),
    );
  }

  async find(
    { workspaceId, service, environment }: Pair,
    number: number,
  ): Promise<(RevisionRecord & { readonly content: string }) | undefined> {
    const row = await this.database.prisma.revision.findUnique({
      where: { workspaceId_service_environment_number: { workspaceId, service, environment, number } },
      select: { ...SHOWN, content: true },
    });
    return row === null ? undefined : { ...row, layers: row.layers as Record<string, number> };
  }
}
