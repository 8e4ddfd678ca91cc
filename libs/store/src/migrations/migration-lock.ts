import type { ClientBase } from 'pg';
import { MigrationError } from './migration-error.js';

/** The eight letters of `binnacle` as a number. Not Prisma's own key, which the engine takes on another session. */
const lockKey = '7091320508630920293';
const lockNotAvailable = '55P03';

/** Runs `work` while this session, alone in the database, holds the migration lock. */
export async function withMigrationLock<Result>(
  client: ClientBase,
  lockTimeoutMs: number,
  work: () => Promise<Result>,
): Promise<Result> {
  // The role may carry a shorter statement_timeout, which would end the wait with another error.
  await client.query(`SET statement_timeout = 0; SET lock_timeout = ${Math.ceil(lockTimeoutMs)}`);
  try {
    await client.query('SELECT pg_advisory_lock($1)', [lockKey]);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === lockNotAvailable) {
      throw new MigrationError(
        'locked',
        `Another process has been migrating this database for ${lockTimeoutMs / 1000} s: wait for it or end it`,
        { cause: error },
      );
    }
    throw error;
  }
  return releaseAfter(client, work);
}

/** The same without waiting: undefined when another session holds the lock. */
export async function tryMigrationLock<Result>(
  client: ClientBase,
  work: () => Promise<Result>,
): Promise<{ result: Result } | undefined> {
  const lock = await client.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1) AS locked', [
    lockKey,
  ]);
  if (!lock.rows[0]?.locked) return undefined;
  return { result: await releaseAfter(client, work) };
}

async function releaseAfter<Result>(client: ClientBase, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [lockKey]);
  }
}
