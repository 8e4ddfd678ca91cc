import type { Database } from '../database.js';

/** No process may be further behind the change feed than this. */
const CHANGES_DAYS = 7;
/** How long the answer to an Idempotency-Key is remembered. */
const IDEMPOTENCY_HOURS = 24;
/** How far back one can see when something was unwell. */
const TRANSITIONS_DAYS = 30;
const BATCH_SIZE = 5_000;

const PURGE_CHANGES = `
  delete from changes where id in (
    select id from changes where at < now() - make_interval(days => $1) order by at limit $2
  ) returning 1`;

const PURGE_KEYS = `
  delete from idempotency_keys where (workspace_id, key) in (
    select workspace_id, key from idempotency_keys
    where created_at < now() - make_interval(hours => $1) order by created_at limit $2
  ) returning 1`;

const PURGE_TRANSITIONS = `
  delete from status_transitions where id in (
    select id from status_transitions where at < now() - make_interval(days => $1) order by at limit $2
  ) returning 1`;

/** Removes what was only needed for a while. */
export class RetentionStore {
  constructor(private readonly database: Database) {}

  /** In batches, so that none holds its locks for long; stops between two when aborted. Answers how many rows went. */
  async purge(signal: AbortSignal): Promise<number> {
    let purged = 0;
    for (const [statement, age] of [
      [PURGE_CHANGES, CHANGES_DAYS],
      [PURGE_KEYS, IDEMPOTENCY_HOURS],
      [PURGE_TRANSITIONS, TRANSITIONS_DAYS],
    ] as const) {
      let batch: number;
      do {
        signal.throwIfAborted();
        batch = (await this.database.acrossWorkspaces.sql.query(statement, [age, BATCH_SIZE])).length;
        purged += batch;
      } while (batch === BATCH_SIZE);
    }
    return purged;
  }
}
