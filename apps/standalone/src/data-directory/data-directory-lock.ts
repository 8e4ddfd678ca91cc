import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StartError } from '../start-error.js';

/**
 * One process per data directory. SQLite's file lock is the only one that Node brings which the kernel gives back
 * when its holder is killed, so that nothing stale is ever left and nothing races to take it over.
 */
export function lockDataDirectory(directory: string): { release(): void } {
  const database = new DatabaseSync(join(directory, 'lock'), { timeout: 0 });
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    const sqliteBusy = 5;
    if (!(error instanceof Error && 'errcode' in error && error.errcode === sqliteBusy)) throw error;
    throw new StartError(
      `another Binnacle runs on ${directory}: stop it, or set BINNACLE_DATA_DIR to another directory`,
      { cause: error },
    );
  }
  return { release: () => database.close() };
}
