import type { Client } from 'pg';
import { connectPostgres } from '../connect-postgres.js';
import { MigrationError } from './migration-error.js';
import { readMigrations, type Migration } from './migration-folder.js';
import { isUpToDate, readMigrationHistory, type MigrationHistory } from './migration-history.js';
import { tryMigrationLock, withMigrationLock } from './migration-lock.js';

export interface MigrateOptions {
  connectionString: string;
  migrationsDir: string;
  log: (message: string) => void;
  /** How long to wait for a PostgreSQL that is not up yet; 30 s unless told. */
  connectTimeoutMs?: number;
  /** How long to wait for another process that is migrating; 60 s unless told. */
  lockTimeoutMs?: number;
}

export interface MigrationStatus {
  applied: string[];
  pending: string[];
  failed: { name: string; cause: string }[];
  unknown: string[];
  /** Another process is migrating now. */
  running: boolean;
}

/** Applies what is pending, once, however many processes start together, and returns what this call applied. */
export async function migrate(options: MigrateOptions): Promise<{ applied: string[] }> {
  const migrations = await readMigrations(options.migrationsDir);
  return withClient(options, async (client) => {
    // The usual start: nothing to do, so neither a lock nor the engine is needed.
    const history = await readMigrationHistory(client, migrations);
    refuseUnknown(history);
    if (isUpToDate(history)) return { applied: [] };
    return withMigrationLock(client, options.lockTimeoutMs ?? 60_000, () =>
      applyPending(client, migrations, options),
    );
  });
}

/** What is applied, pending and failed. It changes nothing. */
export async function migrationStatus(options: MigrateOptions): Promise<MigrationStatus> {
  const migrations = await readMigrations(options.migrationsDir);
  return withClient(options, async (client) => {
    const read = () => readMigrationHistory(client, migrations);
    const alone = await tryMigrationLock(client, read);
    const { unfinished, ...history } = alone?.result ?? (await read());
    return { ...history, failed: alone ? unfinished : [], running: !alone };
  });
}

/**
 * Says of a failed migration that somebody has put it right by hand: `rolled-back` runs it again at the next
 * migration, `applied` never again.
 */
export async function resolveMigration(
  options: MigrateOptions,
  migrationName: string,
  outcome: 'rolled-back' | 'applied',
): Promise<void> {
  const migrations = await readMigrations(options.migrationsDir);
  await withClient(options, (client) =>
    withMigrationLock(client, options.lockTimeoutMs ?? 60_000, async () => {
      const { unfinished } = await readMigrationHistory(client, migrations);
      if (!unfinished.some(({ name }) => name === migrationName)) {
        throw new MigrationError('invalid', `The migration ${migrationName} has not failed`);
      }
      const { migrationList, withSchemaEngine } = await import('./schema-engine.js');
      await withSchemaEngine(options.connectionString, async (engine) => {
        if (outcome === 'rolled-back') return engine.markMigrationRolledBack({ migrationName });
        const migrationsList = migrationList(options.migrationsDir, migrations);
        return engine.markMigrationApplied({ migrationName, migrationsList });
      });
    }),
  );
}

async function withClient<Result>(
  options: MigrateOptions,
  use: (client: Client) => Promise<Result>,
): Promise<Result> {
  const { connectionString, connectTimeoutMs = 30_000, log } = options;
  const client = await connectPostgres({ connectionString, connectTimeoutMs, log });
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

async function applyPending(
  client: Client,
  migrations: readonly Migration[],
  options: MigrateOptions,
): Promise<{ applied: string[] }> {
  // Read again: whoever held the lock before may have done it all, or failed.
  const history = await readMigrationHistory(client, migrations);
  refuseUnknown(history);
  refuseFailed(history);
  if (history.pending.length === 0) return { applied: [] };
  options.log(`Applying ${history.pending.length} migration(s)`);

  const { migrationList, noFilters, withSchemaEngine } = await import('./schema-engine.js');
  const migrationsList = migrationList(options.migrationsDir, migrations);
  try {
    const { appliedMigrationNames } = await withSchemaEngine(options.connectionString, (engine) =>
      engine.applyMigrations({ migrationsList, filters: noFilters }),
    );
    for (const name of appliedMigrationNames) options.log(`Applied migration ${name}`);
    return { applied: appliedMigrationNames };
  } catch (error) {
    refuseFailed(await readMigrationHistory(client, migrations), error);
    throw error;
  }
}

function refuseUnknown({ unknown }: MigrationHistory): void {
  if (unknown.length === 0) return;
  throw new MigrationError(
    'unknown',
    `The database has migrations that this version does not know: ${unknown.join(', ')}. ` +
      'It was migrated by a newer version: run that one.',
  );
}

function refuseFailed({ unfinished }: MigrationHistory, error?: unknown): void {
  const [failed] = unfinished;
  if (!failed) return;
  throw new MigrationError(
    'failed',
    `The migration ${failed.name} failed at ${failed.startedAt.toISOString()}: ${failed.cause}. ` +
      `Put its cause right, then run: npm run db:migrate -- --rolled-back ${failed.name}`,
    { cause: error },
  );
}
