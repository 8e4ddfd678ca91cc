import { createHash, randomBytes, randomUUID } from 'node:crypto';
import pg from 'pg';
import { CredentialHolderStore, type Database, openDatabase, openRedis, type Redis } from '@binnacle/store';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, it } from 'vitest';
import { eventually } from '../../../../test/harness/eventually.js';
import { specActor } from '../../../../test/harness/spec-actor.js';
import { createSpecDatabase, type SpecDatabase } from '../../../../test/harness/spec-database.js';
import { ChangeBus } from '../changes/change-bus.js';
import { Mutations } from '../changes/mutations.js';
import { readEnvironment } from '../environment.js';
import { Metrics } from '../lifecycle/metrics.js';
import { RefusalRecorder } from './refusal-recorder.js';
import type { Refusal } from './refusal-windows.js';

const STATEMENT_TIMEOUT_MS = 500;

interface Entry {
  readonly actor: string;
  readonly target: string;
  readonly outcome: string;
  readonly service: string | null;
  readonly environment: string | null;
  readonly request_id: string;
  readonly detail: string;
}

let spec: SpecDatabase;
let database: Database;
let redis: Redis;
let bus: ChangeBus;
let metrics: Metrics;
let recorder: RefusalRecorder;
let workspaceId: string;

beforeAll(async () => {
  spec = await createSpecDatabase(inject('postgresUrl'));
  database = openDatabase({
    ...spec.options,
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    onError: () => undefined,
  });
  redis = openRedis({
    url: inject('redisUrl'),
    commandTimeoutMs: 2_000,
    connectionName: 'refusal-recorder-spec',
    onError: () => undefined,
  });
  const environment = readEnvironment({
    DATABASE_URL: spec.connectionString,
    REDIS_URL: inject('redisUrl'),
    BINNACLE_ADMIN_TOKEN: 'disabled',
    BINNACLE_SECRETS_KEY: randomBytes(32).toString('base64'),
  });
  bus = new ChangeBus(environment, redis);
});
afterAll(async () => {
  await bus.close();
  redis.disconnect();
  await database.close();
  await spec.drop();
});

beforeEach(() => {
  workspaceId = `w-${randomUUID()}`;
  metrics = new Metrics();
  recorder = new RefusalRecorder(new Mutations(database, bus), new CredentialHolderStore(database), metrics);
  recorder.onModuleInit();
});
afterEach(() => recorder.onApplicationShutdown());

function refusal(fields: Partial<Refusal> = {}): Refusal {
  return {
    actor: specActor({ workspaceId }),
    method: 'POST',
    route: '/tokens',
    needs: 'tokens:write',
    code: 'forbidden',
    service: undefined,
    environment: undefined,
    ...fields,
  };
}

function entries(): Promise<Entry[]> {
  return spec.query<Entry>(
    `select actor, target, outcome, service, environment, request_id, detail from audit_entries
     where workspace_id = $1 and action = 'access.refused' order by number`,
    [workspaceId],
  );
}

async function entriesOnce(count: number): Promise<Entry[]> {
  return eventually(async () => {
    const found = await entries();
    expect(found).toHaveLength(count);
    return found;
  });
}

async function dropped(): Promise<number> {
  const metric = metrics.registry.getSingleMetric('binnacle_audit_refusals_dropped_total');
  const values = (await metric?.get())?.values ?? [];
  return values.reduce((sum, { value }) => sum + value, 0);
}

it('writes who was refused what, within seconds', async () => {
  recorder.note(refusal({ service: 'orders', environment: 'prod' }));
  const [entry] = await entriesOnce(1);
  expect(entry).toMatchObject({
    actor: 'token:spec',
    target: 'route:POST /tokens',
    outcome: 'refused',
    service: 'orders',
    environment: 'prod',
    request_id: 'r-1',
  });
  expect(JSON.parse(entry?.detail ?? '')).toEqual({
    method: 'POST',
    route: '/tokens',
    needs: 'tokens:write',
    code: 'forbidden',
    count: 1,
  });
});

it('turns a flood into a few entries that tell how many there were, and costs those who are refused next to nothing', async () => {
  const startMs = performance.now();
  for (let index = 0; index < 100_000; index++) recorder.note(refusal({ service: `s-${index % 1_000}` }));
  expect(performance.now() - startMs).toBeLessThan(2_000);
  await recorder.onApplicationShutdown();
  const found = await entries();
  expect(found.length).toBeLessThanOrEqual(52);
  const counted = found.reduce((sum, { detail }) => sum + (JSON.parse(detail) as { count: number }).count, 0);
  expect(counted + (await dropped())).toBe(100_000);
  expect(await dropped()).toBe(0);
});

it('finds out whose credential it was that has ended, and forgets what was never one', async () => {
  const secret = `bnk_${randomUUID()}`;
  const secretHash = createHash('sha256').update(secret).digest('hex');
  await spec.query('insert into workspaces (id, name) values ($1, $1)', [workspaceId]);
  await spec.query(
    `insert into tokens (id, workspace_id, name, role, hash, last_four, services, environments, identity, created_by, revoked_at)
     values ($1, $2, 'old ci', 'viewer', $3, 'abcd', '{}', '{}', 'user:u1', 'user:ann', now())`,
    [randomUUID(), workspaceId, secretHash],
  );
  const { actor, ...act } = refusal({ code: 'unauthenticated' });
  const about = { ...act, address: actor.address, requestId: 'r-9' };
  for (let index = 0; index < 5; index++) recorder.noteCredential(secretHash, about);
  recorder.noteCredential('0'.repeat(64), about);
  const [entry] = await entriesOnce(1);
  expect(entry).toMatchObject({ actor: 'token:old ci', request_id: 'r-9' });
  expect(JSON.parse(entry?.detail ?? '')).toMatchObject({ code: 'unauthenticated', count: 5 });

  for (let index = 0; index < 1_000; index++) recorder.noteCredential(`guess-${index}`, about);
  expect(await dropped()).toBeGreaterThanOrEqual(900);
});

it('keeps them while the database does not answer, and then writes each once', async () => {
  const blocker = new pg.Client({ connectionString: spec.connectionString });
  await blocker.connect();
  await blocker.query('begin');
  await blocker.query('lock table audit_entries in access exclusive mode');
  recorder.note(refusal());
  const waiting = async (): Promise<number> => {
    const rows = await blocker.query(
      `select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
    );
    return rows.rows.length;
  };
  await eventually(async () => expect(await waiting()).toBe(1));
  recorder.note(refusal());
  // The statement has run into its time limit.
  await eventually(async () => expect(await waiting()).toBe(0), { intervalMs: 5 });
  await blocker.query('rollback');
  await blocker.end();
  const [entry] = await entriesOnce(1);
  expect(JSON.parse(entry?.detail ?? '')).toMatchObject({ count: 2 });
});

it('writes at the end what is still counted, and nothing for who belongs to no workspace', async () => {
  recorder.note(refusal());
  await entriesOnce(1);
  recorder.note(refusal());
  recorder.note(refusal({ actor: specActor({ workspaceId: '' }) }));
  await recorder.onApplicationShutdown();
  expect((await entries()).map(({ detail }) => (JSON.parse(detail) as { count: number }).count)).toEqual([
    1, 1,
  ]);
});
