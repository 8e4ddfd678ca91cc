import type { Database } from '../database.js';
import { decodeNumberCursor, type Page, type PageRequest, toPage } from '../paging.js';

export interface DocumentVersionRecord {
  readonly number: number;
  readonly hash: string;
  readonly format: string;
  readonly bytes: number;
  readonly message: string;
  readonly author: string;
  readonly createdAt: Date;
}

export interface DocumentVersionWithContent extends DocumentVersionRecord {
  /** Canonical JSON. */
  readonly content: string;
  readonly source: string;
}

interface Row {
  readonly number: number;
  readonly hash: string;
  readonly format: string;
  readonly bytes: number;
  readonly message: string;
  readonly author: string;
  readonly created_at: Date;
}

const LIST = `
  select number, hash, format, octet_length(content) as bytes, message, author, created_at
  from document_versions
  where workspace_id = $1 and service = $2 and layer = $3 and number < $4
  order by number desc limit $5`;

const MAX_NUMBER = 2_147_483_647;

/** Published versions of documents, for reading. */
export class DocumentStore {
  constructor(private readonly database: Database) {}

  /** The published version, or the one of that number. */
  async find(
    workspaceId: string,
    service: string,
    layer: string,
    number?: number,
  ): Promise<DocumentVersionWithContent | undefined> {
    const row = await this.database.within(workspaceId).prisma.documentVersion.findFirst({
      where: { workspaceId, service, layer, ...(number === undefined ? {} : { number }) },
      orderBy: { number: 'desc' },
    });
    if (row === null) return undefined;
    const { hash, format, message, author, createdAt, content, source } = row;
    const bytes = Buffer.byteLength(content);
    return { number: row.number, hash, format, bytes, message, author, createdAt, content, source };
  }

  /** Newest first. In SQL because only the database can tell the sizes without sending the contents. */
  async list(
    workspaceId: string,
    service: string,
    layer: string,
    page: PageRequest,
  ): Promise<Page<DocumentVersionRecord>> {
    const below = decodeNumberCursor(page.cursor) ?? MAX_NUMBER;
    const rows = await this.database
      .within(workspaceId)
      .sql.query<Row>(LIST, [workspaceId, service, layer, below, page.limit + 1]);
    return toPage(
      rows,
      page.limit,
      (row) => row.number,
      ({ created_at: createdAt, ...row }) => ({ ...row, createdAt }),
    );
  }
}
