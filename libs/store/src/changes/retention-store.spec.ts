import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { createSpecDatabase, type SpecDatabase } from '../../../../test/harness/spec-database.js';
import { type Database, openDatabase } from '../database.js';
import { RetentionStore } from './retention-store.js';

let spec: SpecDatabase;
let database: Database;

beforeAll(async () => {
  spec = await createSpecDatabase(inject('postgresUrl'));
  database = openDatabase(spec.options);
});
afterAll(async () => {
  await database.close();
  await spec.drop();
});

test('removes what is old, in as many batches as it takes, and nothing else', async () => {
  await spec.query(`
    insert into changes (workspace_id, kind, at)
    select 'default', 'token', now() - make_interval(days => case when n <= 5001 then 8 else 6 end)
    from generate_series(1, 5003) as n`);
  await spec.query(`
    insert into idempotency_keys (workspace_id, key, fingerprint, created_at)
    values ('default', 'old', 'x', now() - interval '25 hours'), ('default', 'new', 'x', now() - interval '23 hours')`);

  expect(await new RetentionStore(database).purge(new AbortController().signal)).toBe(5_002);

  expect(await spec.query('select count(*)::int as count from changes')).toEqual([{ count: 2 }]);
  expect(await spec.query('select key from idempotency_keys')).toEqual([{ key: 'new' }]);
});

test('stops when it is told to', async () => {
  await expect(new RetentionStore(database).purge(AbortSignal.abort())).rejects.toThrow('aborted');
});
