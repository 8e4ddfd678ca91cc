import type { ClientBase } from 'pg';
import type { Migration } from './migration-folder.js';

export interface MigrationHistory {
  applied: string[];
  /** In the folder, not in the database, in the order in which they apply. */
  pending: string[];
  /** Started and not finished. While another process holds the lock it may only be at work. */
  unfinished: { name: string; startedAt: Date; cause: string }[];
  /** In the database and not in the folder: the database was migrated by newer code. */
  unknown: string[];
}

interface HistoryRow {
  migration_name: string;
  started_at: Date;
  finished_at: Date | null;
  logs: string | null;
}

/** What `_prisma_migrations` says about the migrations of a folder; an empty database has none applied. */
export async function readMigrationHistory(
  client: ClientBase,
  migrations: readonly Migration[],
): Promise<MigrationHistory> {
  const rows = await readRows(client);
  const known = new Set(migrations.map((migration) => migration.name));
  const recorded = new Set(rows.map((row) => row.migration_name));
  const finished = rows.filter((row) => row.finished_at !== null).map((row) => row.migration_name);
  return {
    applied: finished.filter((name) => known.has(name)),
    pending: migrations.map((migration) => migration.name).filter((name) => !recorded.has(name)),
    unfinished: rows
      .filter((row) => row.finished_at === null)
      .map((row) => ({ name: row.migration_name, startedAt: row.started_at, cause: causeOf(row.logs) })),
    unknown: finished.filter((name) => !known.has(name)),
  };
}

export function isUpToDate(history: MigrationHistory): boolean {
  return history.pending.length + history.unfinished.length + history.unknown.length === 0;
}

async function readRows(client: ClientBase): Promise<HistoryRow[]> {
  const table = await client.query<{ exists: boolean }>(
    `SELECT to_regclass('_prisma_migrations') IS NOT NULL AS "exists"`,
  );
  if (!table.rows[0]?.exists) return [];
  const result = await client.query<HistoryRow>(
    `SELECT migration_name, started_at, finished_at, logs FROM _prisma_migrations
      WHERE rolled_back_at IS NULL ORDER BY started_at, migration_name`,
  );
  return result.rows;
}

/** The engine records its stack below the message of PostgreSQL. */
function causeOf(logs: string | null): string {
  if (!logs) return 'its process ended before it did';
  const [message = ''] = logs.split(/\n\s*0: /);
  return message.replace('external connector error', '').replace('Error querying the database:', '').trim();
}
