import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { type DatabaseOptions, defaultMigrationsDir, migrate } from '@binnacle/store';

export interface SpecDatabase {
  readonly connectionString: string;
  /** For `openDatabase`. */
  readonly options: DatabaseOptions;
  /** As the owner of the tables, for whom row level security does not hold. */
  query<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  drop(): Promise<void>;
}

/** A migrated database of a spec's own, on the server of this run. */
export async function createSpecDatabase(serverUrl: string): Promise<SpecDatabase> {
  const name = `spec_${randomBytes(6).toString('hex')}`;
  const connectionString = Object.assign(new URL(serverUrl), { pathname: `/${name}` }).href;
  await onServer(serverUrl, `create database ${name}`);
  await migrate({ connectionString, migrationsDir: defaultMigrationsDir(), log: () => undefined });
  let isDropped = false;
  /** The server ends connections that are still closing when their database is dropped. */
  const onError = (error: Error): void => {
    if (!isDropped) throw error;
  };
  const pool = new pg.Pool({ connectionString, max: 2, connectionTimeoutMillis: 5_000 });
  pool.on('error', onError);
  return {
    connectionString,
    async query<Row extends object>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
      const { rows } = await pool.query<Row>(text, [...values]);
      return rows;
    },
    options: {
      connectionString,
      poolSize: 10,
      statementTimeoutMs: 10_000,
      acquireTimeoutMs: 5_000,
      applicationName: 'spec',
      onError,
    },
    async drop() {
      isDropped = true;
      await pool.end();
      await onServer(serverUrl, `drop database ${name} with (force)`);
    },
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
