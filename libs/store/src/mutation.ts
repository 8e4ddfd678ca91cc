import { setTimeout as delay } from 'node:timers/promises';
import type { Prisma } from './generated/client.js';
import type { Database } from './database.js';
import { type Change, toChangeRow } from './changes/change.js';
import { isRetryable } from './database-errors.js';
import { transactionSql, type Sql } from './sql.js';
import { ALL_WORKSPACES, checkedWorkspaceId } from './workspace-scope.js';

/** On whose behalf something is changed. */
export interface Actor {
  readonly workspaceId: string;
  /** As people read it: `token:ci`, `user:ann@example.org`. */
  readonly name: string;
  /** Who answers for it: `user:<id>`, `token:<id>`, `admin-token`; empty for the system itself. */
  readonly identity: string;
  readonly via: 'token' | 'session' | 'system';
  /** The id of that token or session; empty for the system. */
  readonly credential: string;
  /** The address that the request came from; empty for the system. */
  readonly address: string;
  readonly requestId: string;
  /** The key that the caller chose for this request, and a hash of the request it goes with. */
  readonly idempotency?: { readonly key: string; readonly fingerprint: string };
}

export interface AuditRecord {
  readonly action: string;
  readonly target: string;
  readonly service?: string;
  readonly environment?: string;
  /** `done` unless said otherwise. */
  readonly outcome?: 'done' | 'refused';
  /** Kept as this JSON text. */
  readonly detail?: Record<string, unknown>;
}

/** A transaction in progress. What is noted here is written with it, or not at all. */
export interface SqlMutation {
  readonly actor: Actor;
  readonly sql: Sql;
  audit(record: AuditRecord): void;
  announce(change: Change): void;
}

/** One that Prisma takes part in. */
export interface Mutation extends SqlMutation {
  readonly tx: Prisma.TransactionClient;
}

export interface MutationResult<Answer> {
  readonly answer: Answer;
  /** What to tell other processes; empty when the answer is that of an earlier, identical request. */
  readonly changes: readonly Change[];
}

/** The same Idempotency-Key came with another request. */
export class IdempotencyMismatch extends Error {
  override readonly name = 'IdempotencyMismatch';
}

/**
 * Thrown by `work` that found out that it has to do what must not hold a transaction: that is taken back, `prepare` is
 * done, and `work` is run again.
 */
export class RunAgain extends Error {
  override readonly name = 'RunAgain';

  constructor(readonly prepare: () => Promise<void>) {
    super('The transaction is to be run again');
  }
}

/** In an object, because an answer may be undefined. */
interface KeptAnswer<Answer> {
  readonly answer: Answer;
}

const ATTEMPTS = 5;
/** Grows with each attempt, and is spread: those who were in each other's way would meet again. */
const RETRY_PAUSE_MS = 20;

/**
 * The trigger on `audit_entries` locks the end of the workspace's chain until the transaction ends. So the entries come
 * after everything else: the sum makes PostgreSQL finish what stands above first.
 */
const FINISH = `
  with written_changes as (
    insert into changes (workspace_id, kind, service, environment, subject)
    select c.workspace_id, c.kind, c.service, c.environment, c.subject
    from jsonb_to_recordset($1::jsonb)
      as c(workspace_id text, kind text, service text, environment text, subject text)
    returning 1
  ), answered as (
    update idempotency_keys set response = $5::text where workspace_id = $3::text and key = $4::text
    returning 1
  )
  insert into audit_entries (workspace_id, actor, identity, via, credential, address, request_id,
    outcome, action, target, service, environment, detail)
  select $3::text, $6::text, $7::text, $8::text, $9::text, $10::text, $11::text,
    coalesce(a.outcome, 'done'), a.action, a.target, a.service, a.environment, coalesce(a.detail, '{}')
  from rows from (
    jsonb_to_recordset($2::jsonb)
      as (outcome text, action text, target text, service text, environment text, detail text)
  ) with ordinality as a(outcome, action, target, service, environment, detail, position)
  where (select count(*) from written_changes) + (select count(*) from answered) >= 0
  order by a.position`;

const CLAIM_KEY = `
  insert into idempotency_keys (workspace_id, key, fingerprint)
  values ($1::text, $2::text, $3::text) on conflict do nothing returning key`;

const EARLIER_ANSWER =
  'select fingerprint, response from idempotency_keys where workspace_id = $1::text and key = $2::text';

/**
 * Runs `work` in one transaction together with its audit entries, its change notices and, for a request that carries
 * an Idempotency-Key, its answer: all of it is there afterwards, or none. A deadlock or a serialization failure is
 * tried again, so `work` must have no effect outside the transaction.
 *
 * @throws IdempotencyMismatch when the key was used for another request
 */
export async function runMutation<Answer>(
  database: Database,
  actor: Actor,
  work: (mutation: Mutation) => Promise<Answer>,
): Promise<MutationResult<Answer>> {
  return mutate(database, checkedWorkspaceId(actor.workspaceId), actor, work);
}

/**
 * The same across workspaces, for accounts and workspaces themselves. The audit entries, and the answer kept for an
 * Idempotency-Key, still belong to the actor's workspace.
 */
export async function runInstallationMutation<Answer>(
  database: Database,
  actor: Actor,
  work: (mutation: Mutation) => Promise<Answer>,
): Promise<MutationResult<Answer>> {
  return mutate(database, ALL_WORKSPACES, actor, work);
}

/** The same for work that needs nothing but SQL, at a third of the cost. */
export async function runSqlMutation<Answer>(
  database: Database,
  actor: Actor,
  work: (mutation: SqlMutation) => Promise<Answer>,
): Promise<MutationResult<Answer>> {
  const workspaceId = checkedWorkspaceId(actor.workspaceId);
  return retrying(() =>
    database.transactions.sql(workspaceId, (sql) =>
      attemptMutation(actor, sql, work, async (values) => sql.last(FINISH, values)),
    ),
  );
}

async function mutate<Answer>(
  database: Database,
  workspace: string,
  actor: Actor,
  work: (mutation: Mutation) => Promise<Answer>,
): Promise<MutationResult<Answer>> {
  return retrying(() =>
    database.transactions.prisma(workspace, (tx) => {
      const sql = transactionSql(tx);
      const finish = (values: readonly unknown[]) => sql.query(FINISH, values);
      return attemptMutation(actor, sql, (mutation) => work({ ...mutation, tx }), finish);
    }),
  );
}

async function retrying<Result>(attemptOnce: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await attemptOnce();
    } catch (error) {
      if (attempt < ATTEMPTS && error instanceof RunAgain) {
        await error.prepare();
        continue;
      }
      if (attempt >= ATTEMPTS || !isRetryable(error)) throw error;
      await delay(Math.random() * RETRY_PAUSE_MS * 2 ** attempt);
    }
  }
}

async function attemptMutation<Answer>(
  actor: Actor,
  sql: Sql,
  work: (mutation: SqlMutation) => Promise<Answer>,
  finish: (values: readonly unknown[]) => Promise<unknown>,
): Promise<MutationResult<Answer>> {
  if (actor.idempotency !== undefined) {
    const earlier = await claimKey<Answer>(sql, actor.workspaceId, actor.idempotency);
    if (earlier !== undefined) return { answer: earlier.answer, changes: [] };
  }
  const audits: AuditRecord[] = [];
  const changes: Change[] = [];
  const answer = await work({
    actor,
    sql,
    audit: (record) => audits.push(record),
    announce: (change) => changes.push(change),
  });
  await finish([
    JSON.stringify(changes.map(toChangeRow)),
    JSON.stringify(audits.map(toAuditRow)),
    actor.workspaceId,
    actor.idempotency?.key ?? null,
    actor.idempotency === undefined ? null : JSON.stringify({ answer } satisfies KeptAnswer<Answer>),
    actor.name,
    actor.identity,
    actor.via,
    actor.credential,
    actor.address,
    actor.requestId,
  ]);
  return { answer, changes };
}

/** The detail as text within JSON: its bytes are hashed, and stay. */
function toAuditRow({ detail, ...record }: AuditRecord): object {
  return detail === undefined ? record : { ...record, detail: JSON.stringify(detail) };
}

/** Waits for another transaction that holds the key; then that one's answer is found here. */
async function claimKey<Answer>(
  sql: Sql,
  workspaceId: string,
  { key, fingerprint }: NonNullable<Actor['idempotency']>,
): Promise<KeptAnswer<Answer> | undefined> {
  const claimed = await sql.query(CLAIM_KEY, [workspaceId, key, fingerprint]);
  if (claimed.length > 0) return undefined;
  const [earlier] = await sql.query<{ fingerprint: string; response: string }>(EARLIER_ANSWER, [
    workspaceId,
    key,
  ]);
  if (earlier === undefined || earlier.fingerprint !== fingerprint) throw new IdempotencyMismatch(key);
  return JSON.parse(earlier.response) as KeptAnswer<Answer>;
}
