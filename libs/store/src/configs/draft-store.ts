import type { Database } from '../database.js';
import type { SqlMutation } from '../mutation.js';
import { decodeCursor, type Page, type PageRequest, toPage } from '../paging.js';
import type { ApprovalScope } from '../rollouts/approval-store.js';
import { timeOrderedId } from '../time-ordered-id.js';
import type { Contributor } from './config-tree-store.js';
import {
  DELETE,
  END,
  FIND,
  FIND_ENDED,
  INSERT,
  LIST,
  LIST_ENDED,
  LOCK,
  PLACE,
  UPDATE,
  DISCARDED_WRITERS,
  FORGET_DISCARDED,
} from './draft-statements.js';

/** A document by its name, whether or not there is anything yet. */
export interface DocumentPlace {
  readonly service: string;
  readonly layer: string;
}

export interface DraftContent {
  readonly baseVersion: number;
  readonly format: string;
  readonly source: string;
  readonly message: string;
}

export interface DraftSummary extends DocumentPlace, Omit<DraftContent, 'source'> {
  /** Another one with each save. */
  readonly etag: string;
  /** UTF-8 of the source. */
  readonly bytes: number;
  /** Who saved it last. */
  readonly author: string;
  /** Everybody who saved it, in order. */
  readonly contributors: readonly Contributor[];
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** What is published now; 0 for nothing. */
  readonly publishedVersion: number;
}

export interface DraftRecord extends DraftSummary {
  readonly source: string;
}

export interface EndedDraftSummary extends Omit<DraftContent, 'source'> {
  readonly id: string;
  readonly bytes: number;
  readonly author: string;
  readonly contributors: readonly Contributor[];
  readonly outcome: 'published' | 'discarded';
  /** That it became. */
  readonly version: number | null;
  readonly endedBy: string;
  readonly endedAt: Date;
}

export interface EndedDraftRecord extends EndedDraftSummary {
  readonly source: string;
}

/** What is known of a place before something is written there. */
export interface DraftPlace {
  readonly isArchived: boolean;
  readonly hasEnvironment: boolean;
  readonly publishedVersion: number;
}

export interface DraftFilter {
  readonly service?: string | undefined;
  readonly layer?: string | undefined;
  /** Only what lies in one of these; a base belongs to every environment. */
  readonly scopes: readonly ApprovalScope[];
}

/** Of a document. Each may be as large as a document, and is made by who may only draft. */
const MAX_DISCARDED = 50;

/** Drafts of documents: one for each, and all that were published or discarded. */
export class DraftStore {
  constructor(private readonly database: Database) {}

  async find(workspaceId: string, { service, layer }: DocumentPlace): Promise<DraftRecord | undefined> {
    const { sql } = this.database.within(workspaceId);
    const [row] = await sql.query<DraftRecord>(FIND, [workspaceId, service, layer]);
    return row;
  }

  /** By service and layer. */
  async list(workspaceId: string, filter: DraftFilter, page: PageRequest): Promise<Page<DraftSummary>> {
    const [service = '', layer = ''] = (decodeCursor(page.cursor) ?? '').split('/');
    const { sql } = this.database.within(workspaceId);
    const rows = await sql.query<DraftSummary>(LIST, [
      workspaceId,
      service,
      layer,
      filter.service ?? null,
      filter.layer ?? null,
      JSON.stringify(filter.scopes),
      page.limit + 1,
    ]);
    return toPage(
      rows,
      page.limit,
      (row) => `${row.service}/${row.layer}`,
      (row) => row,
    );
  }

  /** Undefined when there is no such service. */
  async place(mutation: SqlMutation, { service, layer }: DocumentPlace): Promise<DraftPlace | undefined> {
    const parameters = [mutation.actor.workspaceId, service, layer];
    const [row] = await mutation.sql.query<DraftPlace>(PLACE, parameters);
    return row;
  }

  /** The draft, which nobody else saves or ends until the transaction ends. */
  async lock(mutation: SqlMutation, { service, layer }: DocumentPlace): Promise<DraftRecord | undefined> {
    const parameters = [mutation.actor.workspaceId, service, layer];
    const [row] = await mutation.sql.query<DraftRecord>(LOCK, parameters);
    return row;
  }

  /** The new draft's etag; undefined when somebody else began one in the meantime. */
  async insert(
    mutation: SqlMutation,
    place: DocumentPlace,
    content: DraftContent,
    contributors: readonly Contributor[],
  ): Promise<string | undefined> {
    const etag = timeOrderedId();
    const written = await mutation.sql.query(INSERT, [
      ...parametersOf(mutation, place, content, etag),
      JSON.stringify(contributors),
    ]);
    if (written.length === 0) return undefined;
    announce(mutation, place);
    return etag;
  }

  /** Who saved just that text in a draft of the document that was discarded: it is theirs also when it comes back. */
  async writersOfDiscarded(
    mutation: SqlMutation,
    { service, layer }: DocumentPlace,
    source: string,
  ): Promise<Contributor[]> {
    const parameters = [mutation.actor.workspaceId, service, layer, source];
    return mutation.sql.query<Contributor>(DISCARDED_WRITERS, parameters);
  }

  /** Saves over a draft that is locked; the etag that it has from now on. */
  async update(
    mutation: SqlMutation,
    locked: DraftRecord,
    content: DraftContent,
    contributors: readonly Contributor[],
  ): Promise<string> {
    const etag = timeOrderedId();
    await mutation.sql.query(UPDATE, [
      ...parametersOf(mutation, locked, content, etag),
      JSON.stringify(contributors),
    ]);
    announce(mutation, locked);
    return etag;
  }

  /** Ends a draft that is locked, and keeps what it was; of those that were discarded, the newest. */
  async end(
    mutation: SqlMutation,
    locked: DraftRecord,
    outcome: EndedDraftRecord['outcome'],
    version: number | null,
  ): Promise<string> {
    const id = timeOrderedId();
    const { workspaceId, name } = mutation.actor;
    const { service, layer } = locked;
    await mutation.sql.query(END, [workspaceId, service, layer, id, outcome, version, name]);
    await mutation.sql.query(DELETE, [workspaceId, service, layer]);
    if (outcome === 'discarded')
      await mutation.sql.query(FORGET_DISCARDED, [workspaceId, service, layer, MAX_DISCARDED]);
    announce(mutation, locked);
    return id;
  }

  /** Newest first. */
  async listEnded(
    workspaceId: string,
    { service, layer }: DocumentPlace,
    page: PageRequest,
  ): Promise<Page<EndedDraftSummary>> {
    const { sql } = this.database.within(workspaceId);
    const before = decodeCursor(page.cursor) ?? null;
    const rows = await sql.query<EndedDraftSummary>(LIST_ENDED, [
      workspaceId,
      service,
      layer,
      before,
      page.limit + 1,
    ]);
    return toPage(
      rows,
      page.limit,
      (row) => row.id,
      (row) => row,
    );
  }

  async findEnded(
    workspaceId: string,
    { service, layer }: DocumentPlace,
    id: string,
  ): Promise<EndedDraftRecord | undefined> {
    const { sql } = this.database.within(workspaceId);
    const [row] = await sql.query<EndedDraftRecord>(FIND_ENDED, [workspaceId, service, layer, id]);
    return row;
  }
}

function parametersOf(
  { actor: { workspaceId, name, identity } }: SqlMutation,
  { service, layer }: DocumentPlace,
  { baseVersion, format, source, message }: DraftContent,
  etag: string,
): unknown[] {
  return [workspaceId, service, layer, etag, baseVersion, format, source, message, name, identity];
}

function announce(mutation: SqlMutation, { service, layer }: DocumentPlace): void {
  const { workspaceId } = mutation.actor;
  mutation.announce({ kind: 'draft', workspaceId, service, layer });
}
