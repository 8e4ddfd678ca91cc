import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { specActor } from '../../../../test/harness/spec-actor.js';
import { createSpecDatabase, type SpecDatabase } from '../../../../test/harness/spec-database.js';
import { type Database, openDatabase } from '../database.js';
import { runSqlMutation, type SqlMutation } from '../mutation.js';
import { DataKeyGone, DataKeyStore } from './data-key-store.js';
import { readKeyRing, WrappingKeyMissing } from './key-ring.js';
import { SealBroken } from './sealed-box.js';
import { SecretStore } from './secret-store.js';

const RING = readKeyRing(randomBytes(32).toString('base64'));
const pairOf = (service: string, environment = 'prod') => ({ workspaceId: 'default', service, environment });

let spec: SpecDatabase;
let database: Database;
let store: SecretStore;

beforeAll(async () => {
  spec = await createSpecDatabase(inject('postgresUrl'));
  database = openDatabase(spec.options);
  store = new SecretStore(database, new DataKeyStore(RING));
});
afterAll(async () => {
  await database.close();
  await spec.drop();
});

async function addService(name: string): Promise<ReturnType<typeof pairOf>> {
  await spec.query(`insert into services (workspace_id, name, kind) values ('default', $1, 'service')`, [
    name,
  ]);
  return pairOf(name);
}

const run = <Answer>(work: (mutation: SqlMutation) => Promise<Answer>) =>
  runSqlMutation(database, specActor(), work).then(({ answer }) => answer);

const put = (pair: ReturnType<typeof pairOf>, name: string, value: string, by = store) =>
  run(async (mutation) => {
    await by.lock(mutation, pair, name);
    return by.put(mutation, pair, name, value);
  });

const read = async (pair: ReturnType<typeof pairOf>, pins: Record<string, number>, by = store) =>
  by.open(pair, await by.sealed(pair, pins));

describe('secrets', () => {
  it('come back as they were put, version by version', async () => {
    const pair = await addService('versions');
    expect(await put(pair, 'db', 'first')).toBe(1);
    expect(await put(pair, 'db', 'sécond \u{1F511}\n')).toBe(2);
    expect(await put(pair, 'api', 'x'.repeat(65_536))).toBe(1);
    expect(await read(pair, { db: 1 })).toEqual({ db: 'first' });
    expect(await read(pair, { db: 2, api: 1 })).toEqual({
      db: 'sécond \u{1F511}\n',
      api: 'x'.repeat(65_536),
    });
    expect(await read(pair, { db: 3 })).toEqual({});
    expect(await store.find(pair, 'db')).toMatchObject({
      name: 'db',
      version: 2,
      updatedBy: specActor().name,
    });
  });

  it('lie in the database as nothing that could be read', async () => {
    const pair = await addService('sealed');
    await put(pair, 'db', 'canary-7d20');
    const rows = await spec.query<{ row: string }>(
      `select row_to_json(v)::text as row from secret_versions v where service = 'sealed'`,
    );
    expect(rows).toHaveLength(1);
    for (const encoding of ['utf8', 'hex', 'base64'] as const)
      expect(rows[0]?.row).not.toContain(Buffer.from('canary-7d20').toString(encoding));
  });

  it('count on after they were deleted', async () => {
    const pair = await addService('deleted');
    await put(pair, 'db', 'one');
    await put(pair, 'db', 'two');
    await run(async (mutation) => {
      expect(await store.lock(mutation, pair, 'db')).toBe(2);
      await store.remove(mutation, pair, 'db');
    });
    expect(await store.find(pair, 'db')).toBeUndefined();
    expect(await read(pair, { db: 2 })).toEqual({});
    expect(await run((mutation) => store.lock(mutation, pair, 'db'))).toBe(0);
    expect(await put(pair, 'db', 'three')).toBe(3);
    expect(await store.listVersions(pair, 'db', { limit: 5 })).toMatchObject({ items: [{ version: 3 }] });
  });

  it('list by name and by number, page by page', async () => {
    const pair = await addService('listed');
    for (const name of ['c', 'a', 'b']) await put(pair, name, name);
    await put(pair, 'a', 'again');
    const first = await store.list(pair, { limit: 2 });
    expect(first.items.map(({ name, version }) => [name, version])).toEqual([
      ['a', 2],
      ['b', 1],
    ]);
    const second = await store.list(pair, { limit: 2, cursor: first.nextCursor ?? '' });
    expect(second).toMatchObject({ items: [{ name: 'c' }], nextCursor: null });
    const versions = await store.listVersions(pair, 'a', { limit: 1 });
    expect(versions.items).toMatchObject([{ version: 2 }]);
    const older = await store.listVersions(pair, 'a', { limit: 1, cursor: versions.nextCursor ?? '' });
    expect(older).toMatchObject({ items: [{ version: 1 }], nextCursor: null });
  });

  it('get numbers without gaps, and one data key, from many who put at once', async () => {
    await spec.query(`insert into workspaces (id, name) values ('crowd', 'crowd')`);
    await spec.query(`insert into services (workspace_id, name, kind) values ('crowd', 'shop', 'service')`);
    const pair = { workspaceId: 'crowd', service: 'shop', environment: 'prod' };
    const actor = { ...specActor(), workspaceId: 'crowd' };
    const versions = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        runSqlMutation(database, actor, async (mutation) => {
          const own = new SecretStore(database, new DataKeyStore(RING));
          const name = index % 2 === 0 ? 'even' : 'odd';
          await own.lock(mutation, pair, name);
          return own.put(mutation, pair, name, `value ${index}`);
        }),
      ),
    );
    const numbers = versions.map(({ answer }) => answer).sort((a, b) => a - b);
    expect(numbers).toEqual(Array.from({ length: 20 }, (_, index) => Math.floor(index / 2) + 1));
    expect(await spec.query(`select id from data_keys where workspace_id = 'crowd'`)).toHaveLength(1);
  });
});

describe('a ciphertext', () => {
  it('does not open at another name, version, service or workspace', async () => {
    const pair = await addService('moved');
    await put(pair, 'db', 'one');
    await put(pair, 'db', 'two');
    await put(pair, 'api', 'three');
    const [sealed] = await store.sealed(pair, { db: 1 });
    if (sealed === undefined) throw new Error('nothing was kept');
    await expect(store.open(pair, [{ ...sealed, name: 'api' }])).rejects.toBeInstanceOf(SealBroken);
    await expect(store.open(pair, [{ ...sealed, version: 2 }])).rejects.toBeInstanceOf(SealBroken);
    await expect(store.open({ ...pair, environment: 'dev' }, [sealed])).rejects.toBeInstanceOf(SealBroken);
    await expect(store.open({ ...pair, workspaceId: 'elsewhere' }, [sealed])).rejects.toBeInstanceOf(
      DataKeyGone,
    );
    // Who can write to the table cannot give one secret the value of another.
    await spec.query(`
      update secret_versions t set nonce = s.nonce, ciphertext = s.ciphertext from secret_versions s
      where s.service = 'moved' and s.name = 'db' and s.number = 1 and t.service = 'moved' and t.name = 'api'`);
    await expect(read(pair, { api: 1 })).rejects.toBeInstanceOf(SealBroken);
  });

  it('does not open without the key that wraps its data key', async () => {
    const pair = await addService('keyless');
    await put(pair, 'db', 'one');
    const other = new SecretStore(
      database,
      new DataKeyStore(readKeyRing(randomBytes(32).toString('base64'))),
    );
    await expect(read(pair, { db: 1 }, other)).rejects.toBeInstanceOf(WrappingKeyMissing);
    await expect(put(pair, 'db', 'two', other)).rejects.toBeInstanceOf(WrappingKeyMissing);
  });
});

describe('unwrapped data keys', () => {
  it('stay in memory for some minutes', async () => {
    const pair = await addService('memory');
    await put(pair, 'db', 'one');
    let nowMs = 0;
    const own = new SecretStore(database, new DataKeyStore(RING, () => nowMs));
    const sealed = await own.sealed(pair, { db: 1 });
    await own.open(pair, sealed);
    await spec.query(`update data_keys set wrapping_key_id = 'gone' where workspace_id = 'default'`);
    nowMs = 299_000;
    expect(await own.open(pair, sealed)).toEqual({ db: 'one' });
    nowMs = 301_000;
    await expect(own.open(pair, sealed)).rejects.toBeInstanceOf(WrappingKeyMissing);
    await spec.query(`update data_keys set wrapping_key_id = $1 where workspace_id = 'default'`, [
      RING.primary.id,
    ]);
    expect(await own.open(pair, sealed)).toEqual({ db: 'one' });
  });
});
