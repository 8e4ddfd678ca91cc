import type { Database } from '../database.js';
import type { SqlMutation } from '../mutation.js';
import { decodeCursor, type Page, type PageRequest, toPage } from '../paging.js';
import type { DocumentPlace } from './draft-store.js';

export interface DocumentTagRecord {
  readonly tag: string;
  readonly version: number;
  /** Who put it there. */
  readonly author: string;
  readonly updatedAt: Date;
}

const COLUMNS = 't.tag, t.version, t.author, t.updated_at as "updatedAt"';
const OF_DOCUMENT = 't.workspace_id = $1::text and t.service = $2::text and t.layer = $3::text';

const LIST = `
  select ${COLUMNS} from document_tags t where ${OF_DOCUMENT} and t.tag > $4::text
  order by t.tag limit $5::int`;

const FIND = `select ${COLUMNS} from document_tags t where ${OF_DOCUMENT} and t.tag = $4::text`;

/** Publishes and changes of tags wait for each other, so that the number of tags is what was counted. */
const LOCK = `
  select current_version from documents
  where workspace_id = $1::text and service = $2::text and layer = $3::text for update`;

const STANDING = `
  select exists (
      select from document_versions v
      where v.workspace_id = $1::text and v.service = $2::text and v.layer = $3::text and v.number = $4::int
    ) as "hasVersion",
    (select count(*)::int from document_tags t where ${OF_DOCUMENT}) as tags,
    (select t.version from document_tags t where ${OF_DOCUMENT} and t.tag = $5::text) as "taggedVersion"`;

const PUT = `
  insert into document_tags as t (workspace_id, service, layer, tag, version, author)
  values ($1::text, $2::text, $3::text, $4::text, $5::int, $6::text)
  on conflict (workspace_id, service, layer, tag) do update
    set version = excluded.version, author = excluded.author, updated_at = now()
  returning ${COLUMNS}`;

const DELETE = `delete from document_tags t where ${OF_DOCUMENT} and t.tag = $4::text returning ${COLUMNS}`;

/** What decides whether a version gets a tag. */
export interface TagStanding {
  readonly hasVersion: boolean;
  /** How many the document has. */
  readonly tags: number;
  /** What the tag names now. */
  readonly taggedVersion: number | null;
}

/** Names that people give to versions. */
export class DocumentTagStore {
  constructor(private readonly database: Database) {}

  /** By name. */
  async list(
    workspaceId: string,
    { service, layer }: DocumentPlace,
    page: PageRequest,
  ): Promise<Page<DocumentTagRecord>> {
    const { sql } = this.database.within(workspaceId);
    const after = decodeCursor(page.cursor) ?? '';
    const rows = await sql.query<DocumentTagRecord>(LIST, [
      workspaceId,
      service,
      layer,
      after,
      page.limit + 1,
    ]);
    return toPage(
      rows,
      page.limit,
      (row) => row.tag,
      (row) => row,
    );
  }

  async find(
    workspaceId: string,
    { service, layer }: DocumentPlace,
    tag: string,
  ): Promise<DocumentTagRecord | undefined> {
    const { sql } = this.database.within(workspaceId);
    const [row] = await sql.query<DocumentTagRecord>(FIND, [workspaceId, service, layer, tag]);
    return row;
  }

  /** Locks the document's tags, and says what is there. */
  async lock(
    mutation: SqlMutation,
    { service, layer }: DocumentPlace,
    tag: string,
    version: number,
  ): Promise<TagStanding> {
    const place = [mutation.actor.workspaceId, service, layer];
    await mutation.sql.query(LOCK, place);
    const [row] = await mutation.sql.query<TagStanding>(STANDING, [...place, version, tag]);
    if (row === undefined) throw new Error('A select of expressions answers with a row');
    return row;
  }

  async put(
    mutation: SqlMutation,
    place: DocumentPlace,
    tag: string,
    version: number,
  ): Promise<DocumentTagRecord> {
    const { workspaceId, name } = mutation.actor;
    const { service, layer } = place;
    const [row] = await mutation.sql.query<DocumentTagRecord>(PUT, [
      workspaceId,
      service,
      layer,
      tag,
      version,
      name,
    ]);
    if (row === undefined) throw new Error('An upsert answers with a row');
    announce(mutation, place);
    return row;
  }

  /** What it named; undefined when there was no such tag. */
  async delete(
    mutation: SqlMutation,
    place: DocumentPlace,
    tag: string,
  ): Promise<DocumentTagRecord | undefined> {
    const parameters = [mutation.actor.workspaceId, place.service, place.layer, tag];
    const [row] = await mutation.sql.query<DocumentTagRecord>(DELETE, parameters);
    if (row !== undefined) announce(mutation, place);
    return row;
  }
}

function announce(mutation: SqlMutation, { service, layer }: DocumentPlace): void {
  const { workspaceId } = mutation.actor;
  mutation.announce({ kind: 'document', workspaceId, service, layer });
}
