import type { StoryDatabase } from './story-database.js';

export interface VersionRow {
  readonly service: string;
  readonly layer: string;
  readonly number: number;
  readonly hash: string;
  readonly content: string;
}

export interface RevisionRow {
  readonly service: string;
  readonly environment: string;
  readonly number: number;
  readonly hash: string;
  readonly content: string;
}

export interface AuditRow {
  readonly target: string;
  readonly detail: {
    readonly version: number;
    readonly hash: string;
    readonly revisions: readonly { service: string; environment: string; revision: number }[];
  };
}

/** All that PostgreSQL knows of what was published in the workspace `default`. */
export interface DatabaseState {
  readonly epoch: string;
  readonly versions: readonly VersionRow[];
  readonly documents: readonly { service: string; layer: string; current: number }[];
  readonly revisions: readonly RevisionRow[];
  readonly heads: readonly { service: string; environment: string; revision: number; hash: string }[];
  /** Entries about publishes. */
  readonly audits: readonly AuditRow[];
  /** Change notices about revisions. */
  readonly changes: readonly { service: string; environment: string }[];
}

export async function readDatabaseState(database: StoryDatabase): Promise<DatabaseState> {
  const where = `where workspace_id = 'default'`;
  const [installation] = await database.query<{ epoch: string }>('select epoch from installation');
  if (installation === undefined) throw new Error('the database has no epoch');
  return {
    epoch: installation.epoch,
    versions: await database.query(
      `select service, layer, number, hash, content from document_versions ${where} order by service, layer, number`,
    ),
    documents: await database.query(
      `select service, layer, current_version as current from documents ${where}`,
    ),
    revisions: await database.query(
      `select service, environment, number, hash, content from revisions ${where}
       order by service, environment, number`,
    ),
    heads: await database.query(`select service, environment, revision, hash from config_heads ${where}`),
    audits: await database.query(
      `select target, detail::json from audit_entries ${where} and action in ('document.publish', 'document.rollback')
       order by number`,
    ),
    changes: await database.query(`select service, environment from changes ${where} and kind = 'revision'`),
  };
}
