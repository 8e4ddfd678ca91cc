import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { type DatabaseOptions, defaultMigrationsDir, migrate } from '@binnacle/store';

export interface SpecDatabase {
  readonly connectionString: string;
  /** For `openDatabase`. */
  readonly options: DatabaseOptions;
  drop(): Promise<void>;
}

/** A migrated database of a spec's own, on the server of this run. */
export async function createSpecDatabase(serverUrl: string): Promise<SpecDatabase> {
  const name = `spec_${randomBytes(6).toString('hex')}`;
  const connectionString = Object.assign(new URL(serverUrl), { pathname: `/${name}` }).href;
  await onServer(serverUrl, `create database ${name}`);
  await migrate({ connectionString, migrationsDir: defaultMigrationsDir(), log: () => undefined });
  return {
    connectionString,
    options: {
      connectionString,
      poolSize: 10,
      statementTimeoutMs: 10_000,
      acquireTimeoutMs: 5_000,
      applicationName: 'spec',
      onError: (error) => {
        throw error;
      },
    },
    drop: () => onServer(serverUrl, `drop database ${name} with (force)`),
  };
}

async function onServer(serverUrl: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
