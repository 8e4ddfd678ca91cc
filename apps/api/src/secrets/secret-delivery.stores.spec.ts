import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, expect, inject, it } from 'vitest';
import {
  type Database,
  DataKeyStore,
  openDatabase,
  readKeyRing,
  runSqlMutation,
  SecretStore,
} from '@binnacle/store';
import type { Role } from '@binnacle/contracts';
import { specActor } from '../../../../test/harness/spec-actor.js';
import { createSpecDatabase, type SpecDatabase } from '../../../../test/harness/spec-database.js';
import { Metrics } from '../lifecycle/metrics.js';
import type { Principal } from '../access/principal.js';
import { mayHaveSecrets, SecretDelivery } from './secret-delivery.js';

const ROTATE = fileURLToPath(new URL('../../../../libs/store/dist/secrets/rotate-cli.js', import.meta.url));
const KEY = `one:${randomBytes(32).toString('base64')}`;
const PAIR = { workspaceId: 'default', service: 'shop', environment: 'prod' };

let spec: SpecDatabase;
let database: Database;
let metrics: Metrics;
let delivery: SecretDelivery;

beforeAll(async () => {
  spec = await createSpecDatabase(inject('postgresUrl'));
  database = openDatabase(spec.options);
  await spec.query(`insert into services (workspace_id, name, kind) values ('default', 'shop', 'service')`);
  const store = new SecretStore(database, new DataKeyStore(readKeyRing(KEY)));
  await runSqlMutation(database, specActor(), async (mutation) => {
    for (const name of ['a', 'b']) {
      await store.lock(mutation, PAIR, name);
      await store.put(mutation, PAIR, name, `value of ${name}`);
    }
  });
});
afterAll(async () => {
  await database.close();
  await spec.drop();
});
beforeEach(() => {
  metrics = new Metrics();
  delivery = new SecretDelivery(storeWith(KEY), metrics);
});

const storeWith = (ring: string) => new SecretStore(database, new DataKeyStore(readKeyRing(ring)));
const failures = async () =>
  (await metrics.registry.getSingleMetric('binnacle_secrets_unopened_total')?.get())?.values[0]?.value;

async function load(from: SecretDelivery, pins: Record<string, number>) {
  const pinned = await from.load(PAIR, pins);
  if (pinned === undefined) throw new Error('nothing is pinned');
  return pinned;
}

it('keeps secrets sealed and opens them for who is to have them', async () => {
  expect(await delivery.load(PAIR, {})).toBeUndefined();
  const pinned = await load(delivery, { a: 1, b: 1 });
  expect(
    pinned.sealed.map(({ ciphertext }) => Buffer.from(ciphertext).toString('latin1')).join(),
  ).not.toContain('value');
  expect(await delivery.open(pinned)).toEqual({ a: 'value of a', b: 'value of b' });
});

it('withholds all of them when one is gone, or the key is not there, and says so once', async () => {
  const unavailable = { code: 'secrets_unavailable' };
  const gone = await load(delivery, { a: 1, b: 9 });
  await expect(delivery.open(gone)).rejects.toMatchObject(unavailable);
  expect(delivery.isWithheld(gone)).toBe(true);
  const keyless = new SecretDelivery(
    storeWith(`two:${randomBytes(32).toString('base64')}`),
    (metrics = new Metrics()),
  );
  const pinned = await load(keyless, { a: 1 });
  // However many ask at once and soon after, there is one attempt.
  await Promise.all(
    Array.from({ length: 50 }, () => expect(keyless.open(pinned)).rejects.toMatchObject(unavailable)),
  );
  await expect(keyless.open(pinned)).rejects.toMatchObject(unavailable);
  expect(await failures()).toBe(1);
  expect(keyless.isWithheld(pinned)).toBe(true);
});

it('opens what was sealed again under another data key after it was loaded', async () => {
  const fresh = new SecretDelivery(storeWith(KEY), new Metrics());
  const pinned = await load(fresh, { a: 1 });
  await promisify(execFile)(process.execPath, [ROTATE, '--data-keys'], {
    env: {
      PATH: process.env['PATH'],
      BINNACLE_DATABASE_URL: spec.connectionString,
      BINNACLE_SECRETS_KEY: KEY,
    },
  });
  const ids = await spec.query<{ id: string }>('select id from data_keys');
  expect(ids.map(({ id }) => id)).not.toContain(pinned.sealed[0]?.data_key_id);
  expect(await fresh.open(pinned)).toEqual({ a: 'value of a' });
  expect(fresh.isWithheld(pinned)).toBe(false);
});

it.each<[boolean, Principal['via'], Role, string[], string[]]>([
  [true, 'token', 'agent', [], []],
  [true, 'token', 'agent', ['shop'], ['prod']],
  [false, 'token', 'agent', ['other'], []],
  [false, 'token', 'agent', ['shop'], ['dev']],
  [false, 'token', 'admin', [], []],
  [false, 'token', 'publisher', [], []],
  [false, 'session', 'agent', [], []],
])('%s: a %s with the role %s in %j and %j gets plain values', (may, via, role, services, environments) => {
  const principal: Principal = {
    via,
    credentialId: 'c',
    workspaceId: 'default',
    name: 'n',
    identity: 'i',
    isOperator: false,
    grants: [{ role, services, environments, permissions: [] }],
    expiresAtMs: null,
  };
  expect(mayHaveSecrets(principal, PAIR)).toBe(may);
});
