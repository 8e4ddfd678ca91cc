import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { createSpecDatabase, type SpecDatabase } from '../../../../test/harness/spec-database.js';
import { type Database, openDatabase } from '../database.js';
import { ConfigRetentionStore, type PrunedCounts, type RetentionRules } from './config-retention-store.js';

const RULES: RetentionRules = { keepNewest: 2, keepDays: 30 };

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
/** Ten versions of a document and ten revisions, each made of the version of its number, all of them long ago. */
beforeEach(async () => {
  for (const table of ['document_tags', 'drafts', 'ended_drafts', 'approvals', 'revisions', 'config_heads'])
    await spec.query(`delete from ${table}`);
  for (const table of ['document_versions', 'documents', 'service_includes', 'services'])
    await spec.query(`delete from ${table}`);
  await spec.query(`update environments set protected = false`);
  await addService('orders');
  await addVersions('orders', 'base', 10);
  await addRevisions('orders', 'dev', 10);
});

async function addService(name: string): Promise<void> {
  await spec.query(`insert into services (workspace_id, name, kind) values ('default', $1, 'service')`, [
    name,
  ]);
}

async function addVersions(service: string, layer: string, count: number): Promise<void> {
  await spec.query(
    `insert into documents (workspace_id, service, layer, current_version) values ('default', $1, $2, $3)`,
    [service, layer, count],
  );
  await spec.query(
    `insert into document_versions
       (workspace_id, service, layer, number, format, source, content, hash, message, author, created_at)
     select 'default', $1, $2, n, 'json', '{}', '{}', 'h' || n, '', 'ann', now() - interval '40 days'
     from generate_series(1, $3::int) n`,
    [service, layer, count],
  );
}

async function addRevisions(
  service: string,
  environment: string,
  count: number,
  released = count,
): Promise<void> {
  await spec.query(
    `insert into config_heads (workspace_id, service, environment, revision, hash, released)
     values ('default', $1, $2, $3, 'h', $4)`,
    [service, environment, count, released],
  );
  await spec.query(
    `insert into revisions
       (workspace_id, service, environment, number, content, hash, layers, message, author, created_at)
     select 'default', $1, $2, n, '{}', 'h' || n, jsonb_build_array(jsonb_build_array('orders/base', n)), '', 'ann',
       now() - interval '40 days'
     from generate_series(1, $3::int) n`,
    [service, environment, count],
  );
}

async function prune(rules = RULES, signal = new AbortController().signal): Promise<PrunedCounts[]> {
  const batches: PrunedCounts[] = [];
  for await (const counts of new ConfigRetentionStore(database).prune(rules, signal)) batches.push(counts);
  return batches;
}

async function numbers(from: string): Promise<number[]> {
  const rows = await spec.query(`select number from ${from} order by number`);
  return rows.map((row) => Number((row as { number: number }).number));
}
const versions = () => numbers(`document_versions where service = 'orders' and layer = 'base'`);
const revisions = (environment = 'dev') => numbers(`revisions where environment = '${environment}'`);

test('keeps the newest, and says in the audit what went', async () => {
  expect(await prune()).toEqual([{ revisions: 8, documentVersions: 8, secretVersions: 0, endedDrafts: 0 }]);
  expect(await revisions()).toEqual([9, 10]);
  expect(await versions()).toEqual([9, 10]);
  expect(
    await spec.query(`select actor, detail::json ->> 'revisions' as revisions from audit_entries
      where action = 'config.prune'`),
  ).toEqual([{ actor: 'system:retention', revisions: '8' }]);
  expect(await prune()).toEqual([]);
});

test('keeps what is young, however many there are', async () => {
  await spec.query(`update revisions set created_at = now() - interval '29 days' where number >= 4`);
  await spec.query(`update document_versions set created_at = now() - interval '29 days' where number >= 6`);
  await prune();
  expect(await revisions()).toEqual([4, 5, 6, 7, 8, 9, 10]);
  expect(await versions()).toEqual([4, 5, 6, 7, 8, 9, 10]);
});

test('keeps what has a tag, and what a draft was begun from', async () => {
  await spec.query(`insert into document_tags (workspace_id, service, layer, tag, version, author)
    values ('default', 'orders', 'base', 'known-good', 3, 'ann')`);
  await spec.query(`insert into drafts (workspace_id, service, layer, etag, base_version, format, source, author, author_identity)
    values ('default', 'orders', 'base', 'e', 5, 'json', '{}', 'ann', 'user:1')`);
  await prune();
  expect(await versions()).toEqual([3, 5, 9, 10]);
});

test('keeps a version that an old revision of another service still refers to', async () => {
  await addService('includes-it');
  await addRevisions('includes-it', 'staging', 3);
  await prune();
  expect(await revisions('staging')).toEqual([2, 3]);
  // The newest of those is live: what came after it decides who may approve the next one.
  expect(await versions()).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test('keeps what agents have and what waits, however far behind the newest that is', async () => {
  await spec.query(`update config_heads set released = 4`);
  await prune();
  expect(await revisions()).toEqual([4, 5, 6, 7, 8, 9, 10]);
  expect(await versions()).toEqual([4, 5, 6, 7, 8, 9, 10]);
});

test('keeps in a protected environment all since what was approved last', async () => {
  await spec.query(`update environments set protected = true where name = 'dev'`);
  await spec.query(`insert into approvals
      (id, workspace_id, service, environment, revision, state, message, author, author_identity)
    values ('a', 'default', 'orders', 'dev', 3, 'approved', '', 'ann', 'user:1'),
      ('b', 'default', 'orders', 'dev', 6, 'rejected', '', 'ann', 'user:1')`);
  await prune();
  expect(await revisions()).toEqual([3, 4, 5, 6, 7, 8, 9, 10]);
  expect(await versions()).toEqual([3, 4, 5, 6, 7, 8, 9, 10]);
});

test('keeps all versions of a document while it waits for an approval: who wrote a text first may not approve it', async () => {
  const approval = `insert into approvals
      (id, workspace_id, service, environment, revision, state, message, author, author_identity)
    values ('a', 'default', 'orders', 'dev', 10, 'pending', '', 'ann', 'user:1')`;
  await spec.query(approval);
  await prune();
  expect(await versions()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  await spec.query(`update approvals set state = 'approved'`);
  await prune();
  expect(await versions()).toEqual([9, 10]);
});

test('removes old versions of secrets that no revision refers to', async () => {
  await spec.query(`insert into data_keys (workspace_id, id, wrapping_key_id, nonce, wrapped)
    values ('default', 'k', 'first', decode(repeat('00', 12), 'hex'), decode(repeat('00', 48), 'hex'))`);
  await spec.query(`insert into secrets (workspace_id, service, environment, name, current_version)
    values ('default', 'orders', 'dev', 'password', 6)`);
  await spec.query(`insert into secret_versions
      (workspace_id, service, environment, name, number, data_key_id, nonce, ciphertext, author, created_at)
    select 'default', 'orders', 'dev', 'password', n, 'k', decode(repeat('00', 12), 'hex'),
      decode(repeat('00', 16), 'hex'), 'ann', now() - interval '40 days'
    from generate_series(1, 6) n`);
  await spec.query(`update revisions set secrets = '{"password": 2}' where number = 10`);
  await prune();
  expect(await numbers('secret_versions')).toEqual([2, 5, 6]);
  await spec.query('delete from secret_versions');
  await spec.query('delete from secrets');
});

test('removes drafts that ended long ago', async () => {
  await spec.query(`insert into ended_drafts
      (workspace_id, id, service, layer, base_version, format, source, message, author, outcome, ended_by, ended_at)
    select 'default', 'd' || d, 'orders', 'base', 1, 'json', '{}', '', 'ann', 'discarded', 'ann', now() - make_interval(days => d)
    from unnest(array[29, 31]) d`);
  const [counts] = await prune();
  expect(counts?.endedDrafts).toBe(1);
});

test('removes young drafts beyond so many of a document', async () => {
  await spec.query('delete from revisions');
  await spec.query('delete from document_versions');
  await spec.query(`insert into ended_drafts
      (workspace_id, id, service, layer, base_version, format, source, message, author, outcome, ended_by)
    select 'default', 'd' || lpad(n::text, 3, '0'), 'orders', 'base', 1, 'json', '{}', '', 'ann', 'discarded', 'ann'
    from generate_series(1, 60) n`);
  expect((await prune()).map(({ endedDrafts }) => endedDrafts)).toEqual([10]);
  expect(await spec.query('select min(id) as oldest from ended_drafts')).toEqual([{ oldest: 'd011' }]);
});

test('keeps all of what nobody includes yet', async () => {
  await addService('included-later');
  await addVersions('included-later', 'base', 10);
  await prune();
  expect(await numbers(`document_versions where service = 'included-later'`)).toHaveLength(10);
});

test('goes on in batches, and stops when it is told to', async () => {
  await addVersions('orders', 'dev', 1_500);
  await spec.query(`update revisions set layers = layers || '[["orders/dev", 1500]]' where number = 10`);
  expect((await prune()).map(({ documentVersions }) => documentVersions)).toEqual([1_000, 506]);
  await expect(prune(RULES, AbortSignal.abort())).rejects.toThrow('aborted');
});
