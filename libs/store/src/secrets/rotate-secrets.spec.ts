import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { specActor } from '../../../../test/harness/spec-actor.js';
import { createSpecDatabase, type SpecDatabase } from '../../../../test/harness/spec-database.js';
import { type Database, openDatabase } from '../database.js';
import { runSqlMutation } from '../mutation.js';
import { DataKeyStore } from './data-key-store.js';
import { readKeyRing } from './key-ring.js';
import { SecretStore } from './secret-store.js';

const CLI = fileURLToPath(new URL('../../dist/secrets/rotate-cli.js', import.meta.url));
const OLD = `old:${randomBytes(32).toString('base64')}`;
const NEW = `new:${randomBytes(32).toString('base64')}`;
const WORKSPACES = 40;
const SECRETS = 6;

let spec: SpecDatabase;
let database: Database;

const storeWith = (ring: string) => new SecretStore(database, new DataKeyStore(readKeyRing(ring)));
const workspaceIds = Array.from({ length: WORKSPACES }, (_, index) => `ws-${String(index).padStart(2, '0')}`);

beforeAll(async () => {
  spec = await createSpecDatabase(inject('postgresUrl'));
  database = openDatabase(spec.options);
  for (const workspaceId of workspaceIds) {
    await spec.query(`insert into workspaces (id, name) values ($1, $1)`, [workspaceId]);
    await spec.query(`insert into services (workspace_id, name, kind) values ($1, 'shop', 'service')`, [
      workspaceId,
    ]);
    for (let index = 0; index < SECRETS; index++)
      await put(OLD, workspaceId, `s${index}`, `${workspaceId} ${index}`);
  }
});
afterAll(async () => {
  await database.close();
  await spec.drop();
});

async function put(ring: string, workspaceId: string, name: string, value: string): Promise<void> {
  const store = storeWith(ring);
  const pair = { workspaceId, service: 'shop', environment: 'prod' };
  await runSqlMutation(database, { ...specActor(), workspaceId }, async (mutation) => {
    await store.lock(mutation, pair, name);
    await store.put(mutation, pair, name, value);
  });
}

async function expectAllOpen(ring: string): Promise<void> {
  const store = storeWith(ring);
  const pins = Object.fromEntries(Array.from({ length: SECRETS }, (_, index) => [`s${index}`, 1]));
  for (const workspaceId of workspaceIds) {
    const pair = { workspaceId, service: 'shop', environment: 'prod' };
    const opened = await store.open(pair, await store.sealed(pair, pins));
    expect(opened['s5']).toBe(`${workspaceId} 5`);
    expect(Object.keys(opened)).toHaveLength(SECRETS);
  }
}

function start(ring: string, ...parameters: string[]): ChildProcess {
  return spawn(process.execPath, [CLI, ...parameters], {
    env: {
      PATH: process.env['PATH'],
      BINNACLE_DATABASE_URL: spec.connectionString,
      BINNACLE_SECRETS_KEY: ring,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function rotate(ring: string, ...parameters: string[]): Promise<{ code: number; output: string }> {
  const child = start(ring, ...parameters);
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, output };
}

/** Starts it, and kills it once a few workspaces are done. */
async function rotateAndKill(ring: string, ...parameters: string[]): Promise<string[]> {
  const child = start(ring, ...parameters);
  if (child.stdout === null) throw new Error('no output');
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    if (line.startsWith('ws-05')) child.kill('SIGKILL');
  });
  const [, signal] = (await once(child, 'close')) as [number, string];
  expect(signal).toBe('SIGKILL');
  return lines;
}

const keysBy = async (): Promise<Record<string, number>> => {
  const rows = await spec.query<{ id: string; count: string }>(
    'select wrapping_key_id as id, count(*) as count from data_keys group by 1',
  );
  return Object.fromEntries(rows.map(({ id, count }) => [id, Number(count)]));
};

test('wraps every data key with the new key, also after it was killed', async () => {
  await rotateAndKill(`${NEW},${OLD}`);
  const between = await keysBy();
  expect(between['new']).toBeGreaterThan(0);
  expect(between['old']).toBeGreaterThan(0);
  await expectAllOpen(`${NEW},${OLD}`);
  const { code, output } = await rotate(`${NEW},${OLD}`);
  expect(code).toBe(0);
  expect(output).toContain('Nothing is wrapped with old any more');
  expect(output).toContain(`${WORKSPACES * SECRETS} opened`);
  expect(await keysBy()).toEqual({ new: WORKSPACES });
  await expectAllOpen(NEW);
});

test('seals every value again under new data keys, also after it was killed and while secrets are put', async () => {
  const before = await spec.query<{ id: string }>('select id from data_keys');
  const lines = await rotateAndKill(NEW, '--data-keys');
  const resume = /--data-keys --before (\S+)/.exec(lines.join('\n'))?.[1] ?? '';
  await expectAllOpen(NEW);
  const [outcome] = await Promise.all([
    rotate(NEW, '--data-keys', '--before', resume),
    ...workspaceIds.map((workspaceId) => put(NEW, workspaceId, 'meanwhile', 'fresh')),
  ]);
  expect(outcome.code).toBe(0);
  const after = await spec.query<{ id: string; retired_at: Date | null }>(
    'select id, retired_at from data_keys',
  );
  expect(after).toHaveLength(WORKSPACES);
  expect(after.filter(({ id }) => before.some((old) => old.id === id))).toEqual([]);
  await expectAllOpen(NEW);
  const fresh = { workspaceId: 'ws-39', service: 'shop', environment: 'prod' };
  const store = storeWith(NEW);
  expect(await store.open(fresh, await store.sealed(fresh, { meanwhile: 1 }))).toEqual({
    meanwhile: 'fresh',
  });
  // Nothing is left to do for who goes on once more.
  expect((await rotate(NEW, '--data-keys', '--before', resume)).output).toContain(
    '0 new, 0 values sealed again',
  );
});

test('names what does not open and says that no key may be dropped', async () => {
  await spec.query(`update secret_versions set ciphertext = ciphertext || '\\x00'
    where workspace_id = 'ws-07' and name = 's2'`);
  const { code, output } = await rotate(NEW);
  expect(code).toBe(1);
  expect(output).toContain('ws-07: shop/prod/s2 version 1: ');
  expect(output).toContain('Drop no key');
  expect((await rotate(OLD)).code).toBe(1);
  expect(await keysBy()).toEqual({ new: WORKSPACES });
});
