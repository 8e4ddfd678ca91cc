import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startPostgres, startRedis } from '../../apps/standalone/src/index.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** A real PostgreSQL, at its maintenance database and with the right to make others: one for each spec file. */
    postgresUrl: string;
    /** A real Redis, shared by all specs: each keeps to a key prefix or a database number of its own. */
    redisUrl: string;
  }
}

/** One PostgreSQL and one Redis for the run. Returns what stops them. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = mkdtempSync(join(tmpdir(), 'binnacle-test-'));
  const [postgres, redis] = await Promise.all([
    startPostgres({
      dataDir: join(directory, 'postgres'),
      logFile: join(directory, 'postgres.log'),
      // survives a kill of the server, only not of the machine
      settings: { fsync: 'off' },
    }),
    startRedis({ dataDir: join(directory, 'redis'), logFile: join(directory, 'redis.log') }),
  ]);
  const maintenanceUrl = new URL(postgres.url);
  maintenanceUrl.pathname = '/postgres';
  project.provide('postgresUrl', maintenanceUrl.href);
  project.provide('redisUrl', redis.url);
  return async () => {
    await Promise.all([postgres.stop(), redis.stop()]);
    rmSync(directory, { recursive: true });
  };
}
