import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type Database, openDatabase } from '../database.js';
import { migrate } from '../migrations/migrate.js';
import { defaultMigrationsDir } from '../migrations/migration-folder.js';
import { RetentionStore } from './retention-store.js';

const name = `retention_${randomBytes(6).toString('hex')}`;
const connectionString = Object.assign(new URL(inject('postgresUrl')), { pathname: `/${name}` }).href;
let database: Database;

async function onServer(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: inject('postgresUrl') });
  await client.connect();
  await client.query(sql);
  await client.end();
}

beforeAll(async () => {
  await onServer(`create database ${name}`);
  await migrate({ connectionString, migrationsDir: defaultMigrationsDir(), log: () => undefined });
  database = openDatabase({
    connectionString,
    poolSize: 2,
    statementTimeoutMs: 10_000,
    acquireTimeoutMs: 5_000,
    applicationName: 'retention-spec',
    onError: (error) => {
      throw error;
    },
  });
});

afterAll(async () => {
  await database.close();
  await onServer(`drop database ${name} with (force)`);
});

test('removes what is old, in as many batches as it takes, and nothing else', async () => {
  await database.sql.query(`
    insert into changes (workspace_id, kind, at)
    select 'default', 'token', now() - make_interval(days => case when n <= 5001 then 8 else 6 end)
    from generate_series(1, 5003) as n`);
  await database.sql.query(`
    insert into idempotency_keys (workspace_id, key, fingerprint, created_at)
    values ('default', 'old', 'x', now() - interval '25 hours'), ('default', 'new', 'x', now() - interval '23 hours')`);

  expect(await new RetentionStore(database).purge(new AbortController().signal)).toBe(5_002);

  expect(await database.sql.query('select count(*)::int as count from changes')).toEqual([{ count: 2 }]);
  expect(await database.sql.query('select key from idempotency_keys')).toEqual([{ key: 'new' }]);
});

test('stops when it is told to', async () => {
  await expect(new RetentionStore(database).purge(AbortSignal.abort())).rejects.toThrow('aborted');
});
