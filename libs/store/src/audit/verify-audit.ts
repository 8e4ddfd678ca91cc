import { hash } from 'node:crypto';
import type pg from 'pg';
import { type AuditBreak, AuditChainCheck, type AuditHead, type ChainedAuditEntry } from '@binnacle/domain';

export interface VerifyAuditOptions {
  /** One workspace only. */
  readonly workspaceId?: string | undefined;
  /** Heads of that workspace that were written down earlier: they must still be in its chain. */
  readonly kept?: readonly AuditHead[];
  readonly batchSize?: number;
  /** Called after every batch. */
  readonly onProgress?: (workspaceId: string, number: number) => void;
}

export interface VerifiedWorkspace {
  readonly workspaceId: string;
  /** The end of what was found whole. */
  readonly end: AuditHead;
  readonly broken: AuditBreak | undefined;
}

/** A row of it is at most some 20 KiB. */
const BATCH_SIZE = 1_000;
/** Below every number that a row can have. */
const BEFORE_ALL = '-9223372036854775808';

const STATEMENT_TIMEOUT_MS = '60000';
const SETTINGS = `
  select set_config('binnacle.workspace', '*', true), set_config('statement_timeout', $1::text, true)`;

const ENTRIES = `
  select workspace_id as "workspaceId", number, actor, identity, via, credential, address,
    coalesce(to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), '') as at,
    request_id as "requestId", outcome, action, target, service, environment, detail,
    previous_hash as "previousHash", hash
  from audit_entries where workspace_id = $1::text and number > $2::bigint order by number limit $3::int`;

const WORKSPACES = `
  select id from (
    select id from workspaces union select workspace_id from audit_heads union select workspace_id from audit_entries
  ) as known where $1::text is null or id = $1::text order by id`;

/**
 * Checks the audit chain of every workspace, one after the other, as it stood when the check began. The connection must
 * be that of the tables' owner or of a role that row level security lets see all workspaces. Heads that were kept go with
 * one workspace.
 *
 * @throws Error when there is nothing to check: what holds no workspace is no database of Binnacle
 */
export async function* verifyAudit(
  client: pg.ClientBase,
  options: VerifyAuditOptions = {},
): AsyncGenerator<VerifiedWorkspace, void> {
  const { workspaceId, kept = [] } = options;
  // One snapshot: entries and heads that are written meanwhile are not seen, neither of them.
  await client.query('begin transaction isolation level repeatable read read only');
  try {
    await client.query(SETTINGS, [STATEMENT_TIMEOUT_MS]);
    const { rows } = await client.query<{ id: string }>(WORKSPACES, [workspaceId ?? null]);
    if (workspaceId !== undefined && rows.length === 0)
      throw new Error(`There is no workspace ${workspaceId} that this connection can see`);
    if (rows.length === 0) throw new Error('There is no workspace that this connection can see');
    for (const { id } of rows) yield await verifyWorkspace(client, id, kept, options);
  } finally {
    await client.query('rollback');
  }
}

async function verifyWorkspace(
  client: pg.ClientBase,
  workspaceId: string,
  kept: readonly AuditHead[],
  { batchSize = BATCH_SIZE, onProgress }: VerifyAuditOptions,
): Promise<VerifiedWorkspace> {
  const check = new AuditChainCheck(kept, (text) => hash('sha256', text));
  const result = (broken: AuditBreak | undefined) => ({ workspaceId, end: check.end, broken });
  for (let after = BEFORE_ALL; ;) {
    const { rows } = await client.query<Omit<ChainedAuditEntry, 'number'> & { number: string }>({
      name: 'verify-audit',
      text: ENTRIES,
      values: [workspaceId, after, batchSize],
    });
    for (const row of rows) {
      const broken = check.add({ ...row, number: Number(row.number) });
      if (broken !== undefined) return result(broken);
      after = row.number;
    }
    onProgress?.(workspaceId, check.end.number);
    if (rows.length < batchSize) break;
  }
  return result(check.finish(await readHead(client, workspaceId)));
}

async function readHead(client: pg.ClientBase, workspaceId: string): Promise<AuditHead | undefined> {
  const { rows } = await client.query<{ number: string; hash: string }>(
    'select number, hash from audit_heads where workspace_id = $1::text',
    [workspaceId],
  );
  const [row] = rows;
  return row === undefined ? undefined : { number: Number(row.number), hash: row.hash };
}
