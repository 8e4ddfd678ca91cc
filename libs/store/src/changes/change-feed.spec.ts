import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { createSpecDatabase, type SpecDatabase } from '../../../../test/harness/spec-database.js';
import type { Change } from './change.js';
import { type ChangeFeed, openChangeFeed } from './change-feed.js';

let spec: SpecDatabase;
let feed: ChangeFeed;
const writers: pg.Client[] = [];

beforeAll(async () => {
  spec = await createSpecDatabase(inject('postgresUrl'));
});
afterAll(() => spec.drop());
beforeEach(async () => {
  feed = openChangeFeed(spec.connectionString, 5_000);
  expect(await feed.read()).toEqual([]);
});
afterEach(async () => {
  await Promise.all([feed.close(), ...writers.splice(0).map((client) => client.end())]);
});

async function writer(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: spec.connectionString });
  await client.connect();
  writers.push(client);
  return client;
}

const insert = (service: string) =>
  `insert into changes (workspace_id, kind, service, environment) values ('default', 'revision', '${service}', 'prod')`;
const services = (changes: readonly Change[]) =>
  changes.map((change) => 'service' in change && change.service);

test('answers what was committed since the last read, once', async () => {
  const client = await writer();
  await client.query(insert('a'));
  await client.query(insert('b'));
  expect(services(await feed.read())).toEqual(['a', 'b']);
  expect(await feed.read()).toEqual([]);
});

test('does not skip a transaction that began earlier and commits later', async () => {
  const [slow, quick] = [await writer(), await writer()];
  await slow.query('begin');
  await slow.query(insert('slow'));
  await quick.query(insert('quick'));
  // `quick` is not handed out before `slow` has ended, so that the order is that of the cursor.
  expect(services(await feed.read())).toEqual([]);
  await slow.query('commit');
  expect(services(await feed.read())).toEqual(['slow', 'quick']);
});

test('leaves out what was rolled back', async () => {
  const client = await writer();
  await client.query('begin');
  await client.query(insert('a'));
  await client.query('rollback');
  await client.query(insert('b'));
  expect(services(await feed.read())).toEqual(['b']);
});

test('goes on from where it was when its connection breaks', async () => {
  const client = await writer();
  await client.query(insert('before'));
  await client.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'binnacle-change-feed' and datname = current_database()",
  );
  await client.query(insert('after'));
  const found: Change[] = [];
  await expect
    .poll(async () => {
      found.push(...(await feed.read().catch(() => [])));
      return services(found);
    })
    .toEqual(['before', 'after']);
});

test('passes over kinds that it does not know', async () => {
  const client = await writer();
  await client.query("insert into changes (workspace_id, kind) values ('default', 'from-a-newer-version')");
  await client.query(insert('known'));
  expect(services(await feed.read())).toEqual(['known']);
});

test('loses and repeats nothing while many write at once', async () => {
  const clients = await Promise.all(Array.from({ length: 8 }, writer));
  const written: string[] = [];
  let isWriting = true;
  const writing = Promise.all(
    clients.map(async (client, number) => {
      for (let count = 0; count < 40; count++) {
        const service = `s${number}-${count}`;
        await client.query('begin');
        await client.query(insert(service));
        await client.query(count % 7 === 3 ? 'rollback' : 'commit');
        if (count % 7 !== 3) written.push(service);
      }
    }),
  ).finally(() => (isWriting = false));
  const read: unknown[] = [];
  while (isWriting) read.push(...services(await feed.read()));
  await writing;
  read.push(...services(await feed.read()));
  expect([...read].sort()).toEqual([...written].sort());
});
