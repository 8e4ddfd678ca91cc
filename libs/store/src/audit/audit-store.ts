import { type AuditHead, EMPTY_CHAIN } from '@binnacle/domain';
import type { Database } from '../database.js';
import { decodeNumberCursor, type Page, type PageRequest, toPage } from '../paging.js';
import { auditConditions, type AuditFilter, type AuditScope } from './audit-query.js';

export interface AuditEntryRecord {
  readonly number: number;
  readonly at: Date;
  readonly actor: string;
  readonly identity: string;
  readonly via: string;
  readonly credential: string;
  readonly address: string;
  readonly requestId: string;
  readonly outcome: string;
  readonly action: string;
  readonly target: string;
  readonly service: string | null;
  readonly environment: string | null;
  /** JSON text. */
  readonly detail: string;
  readonly previousHash: string;
  readonly hash: string;
}

const SHOWN = `number, at, actor, identity, via, credential, address, request_id as "requestId", outcome, action, target,
  service, environment, detail, previous_hash as "previousHash", hash`;

/** An entry may hold some 20 KiB: this bounds what is in memory at once. */
const BATCH_SIZE = 250;

/** Rows as `pg` gives them: a bigint is text. */
type Row = Omit<AuditEntryRecord, 'number'> & { readonly number: string };

/** What was done in a workspace, for reading: entries are written with the change that they tell of. */
export class AuditStore {
  constructor(private readonly database: Database) {}

  /** Newest first. Entries that are added meanwhile do not move those of later pages. */
  async list(
    workspaceId: string,
    filter: AuditFilter,
    scopes: readonly AuditScope[],
    page: PageRequest,
  ): Promise<Page<AuditEntryRecord>> {
    const below = decodeNumberCursor(page.cursor, Number.MAX_SAFE_INTEGER);
    const { text, values } = auditConditions(workspaceId, filter, scopes);
    const rows = await this.database.within(workspaceId).sql.query<Row>(
      `select ${SHOWN} from audit_entries
       where ${text} and ($${values.length + 1}::bigint is null or number < $${values.length + 1}::bigint)
       order by number desc limit $${values.length + 2}::int`,
      [...values, below ?? null, page.limit + 1],
    );
    return toPage(rows, page.limit, (row) => row.number, toRecord);
  }

  /** The end of the workspace's chain. */
  async head(workspaceId: string): Promise<AuditHead> {
    const [row] = await this.database
      .within(workspaceId)
      .sql.query<{ number: string; hash: string }>(
        'select number, hash from audit_heads where workspace_id = $1::text',
        [workspaceId],
      );
    return row === undefined ? EMPTY_CHAIN : { number: Number(row.number), hash: row.hash };
  }

  /** Oldest first, up to a number, a bounded number of entries at a time. No connection is held in between. */
  async *batches(
    workspaceId: string,
    filter: AuditFilter,
    scopes: readonly AuditScope[],
    lastNumber: number,
  ): AsyncGenerator<AuditEntryRecord[], void> {
    const { text, values } = auditConditions(workspaceId, filter, scopes);
    const statement = `select ${SHOWN} from audit_entries
      where ${text} and number > $${values.length + 1}::bigint and number <= $${values.length + 2}::bigint
      order by number limit ${BATCH_SIZE}`;
    for (let after = 0; ;) {
      const rows = await this.database
        .within(workspaceId)
        .sql.query<Row>(statement, [...values, after, lastNumber]);
      const records = rows.map(toRecord);
      if (records.length > 0) yield records;
      if (records.length < BATCH_SIZE) return;
      after = records.at(-1)?.number ?? lastNumber;
    }
  }
}

function toRecord(row: Row): AuditEntryRecord {
  return { ...row, number: Number(row.number) };
}
