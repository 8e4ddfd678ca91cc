import type { ChangeCounts } from '@binnacle/domain';
import type { Database } from '../database.js';
import { decodeNumberCursor, type Page, type PageRequest, toPage } from '../paging.js';
import type { Contributor } from './config-tree-store.js';
import { WRITERS } from './document-writer-statements.js';

export interface DocumentVersionRecord {
  readonly number: number;
  readonly hash: string;
  readonly format: string;
  readonly bytes: number;
  readonly message: string;
  readonly author: string;
  /** Who saved the draft that it was published from, beside the author. */
  readonly contributors: readonly Contributor[];
  /** Against the version before; null where it was not counted. */
  readonly change: ChangeCounts | null;
  /** By name. */
  readonly tags: readonly string[];
  readonly createdAt: Date;
}

export interface DocumentVersionWithContent extends DocumentVersionRecord {
  /** Canonical JSON. */
  readonly content: string;
  readonly source: string;
}

/** Values in a version of a document that are to be taken over into the config of a service in an environment. */
export interface TakenValues {
  readonly service: string;
  readonly layer: string;
  readonly version: number;
  readonly into: { readonly service: string; readonly environment: string };
  /** Keys from the root down; an array is taken as one value. */
  readonly paths: readonly (readonly string[])[];
}

/** Sizes are told by the database, which need not send the contents for that. */
const COLUMNS = `
  v.number, v.hash, v.format, octet_length(v.content) as bytes, v.message, v.author, v.contributors,
  case when v.keys_added is not null then json_build_object(
    'added', v.keys_added, 'changed', v.keys_changed, 'removed', v.keys_removed
  ) end as change,
  coalesce((
    select json_agg(t.tag order by t.tag) from document_tags t
    where t.workspace_id = v.workspace_id and t.service = v.service and t.layer = v.layer and t.version = v.number
  ), '[]') as tags, v.created_at as "createdAt"`;

const LIST = `
  select ${COLUMNS} from document_versions v
  where v.workspace_id = $1 and v.service = $2 and v.layer = $3 and v.number < $4
  order by v.number desc limit $5`;

const FIND = `
  select ${COLUMNS}, v.content, v.source from document_versions v
  where v.workspace_id = $1 and v.service = $2 and v.layer = $3 and v.number = coalesce($4::int, (
    select d.current_version from documents d where d.workspace_id = $1 and d.service = $2 and d.layer = $3
  ))`;

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
    const { sql } = this.database.within(workspaceId);
    const parameters = [workspaceId, service, layer, number ?? null];
    const [row] = await sql.query<DocumentVersionWithContent>(FIND, parameters);
    return row;
  }

  /** Who wrote those values since that config said the same, or the document nothing, by name. */
  async writersOf(workspaceId: string, taken: TakenValues): Promise<Contributor[]> {
    const { service, layer, version, into, paths } = taken;
    const { sql } = this.database.within(workspaceId);
    const place = [workspaceId, service, layer, version];
    return sql.query<Contributor>(WRITERS, [...place, into.service, into.environment, JSON.stringify(paths)]);
  }

  /** Newest first. */
  async list(
    workspaceId: string,
    service: string,
    layer: string,
    page: PageRequest,
  ): Promise<Page<DocumentVersionRecord>> {
    const below = decodeNumberCursor(page.cursor) ?? MAX_NUMBER;
    const { sql } = this.database.within(workspaceId);
    const rows = await sql.query<DocumentVersionRecord>(LIST, [
      workspaceId,
      service,
      layer,
      below,
      page.limit + 1,
    ]);
    return toPage(
      rows,
      page.limit,
      (row) => row.number,
      (row) => row,
    );
  }
}
