import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { createSpecDatabase, type SpecDatabase } from '../../../../test/harness/spec-database.js';
import { type Database, openDatabase } from '../database.js';
import type { Pair } from '../pair.js';
import { openRedis } from '../redis.js';
import { HealthRecorder } from './health-recorder.js';
import { HealthStore } from './health-store.js';
import type { InstanceReport } from './instance-report.js';
import { StatusTransitionStore } from './status-transition-store.js';
import { describeReport } from './transition-reason.js';

const pair: Pair = { workspaceId: 'w1', service: 'checkout', environment: 'prod' };
const throwIt = (error: unknown) => {
  throw error;
};
const redis = openRedis({
  url: `${inject('redisUrl')}/5`,
  commandTimeoutMs: 5_000,
  connectionName: 'recorder-spec',
  onError: throwIt,
});
const health = new HealthStore(redis);
const recorders: HealthRecorder[] = [];
let spec: SpecDatabase;
let database: Database;
let transitions: StatusTransitionStore;

beforeAll(async () => {
  spec = await createSpecDatabase(inject('postgresUrl'));
  database = open(spec.connectionString);
  transitions = new StatusTransitionStore(database);
  if (redis.status !== 'ready') await new Promise<void>((resolve) => redis.once('ready', () => resolve()));
});

afterAll(async () => {
  await Promise.all([redis.quit(), database.close()]);
  await spec.drop();
});

beforeEach(async () => {
  await redis.flushdb();
  await spec.query('delete from status_transitions');
});

afterEach(async () => {
  await Promise.all(recorders.splice(0).map((recorder) => recorder.close()));
});

function open(url: string): Database {
  return openDatabase({
    connectionString: url,
    poolSize: 3,
    statementTimeoutMs: 5_000,
    acquireTimeoutMs: 500,
    applicationName: 'recorder-spec',
    onError: () => undefined,
  });
}

function newRecorder(): HealthRecorder {
  const recorder = new HealthRecorder({ health, transitions, onError: throwIt, onGivenUp: throwIt });
  recorders.push(recorder);
  return recorder;
}

function report(id: string, seq: number, status: InstanceReport['status']): InstanceReport {
  const instance = { id, host: 'h', version: '1', sdk: 's' };
  const checks = [{ name: 'db', status, critical: true, latencyMs: 1, message: 'slow', checkedAt: '' }];
  return { instance, lifecycle: 'ready', status, seq, checks, have: null };
}

async function fold(recorder: HealthRecorder, ...reports: InstanceReport[]) {
  const byId = new Map(reports.map((each) => [each.instance.id, each]));
  return recorder.settle(pair, await health.report(pair, reports), ({ instance }) => {
    const found = byId.get(instance);
    return found === undefined ? '' : describeReport(found);
  });
}

async function recorded() {
  const { items } = await transitions.list(pair, { limit: 50 });
  return items.map(({ instance, from, to, reason }) => ({ instance, from, to, reason }));
}

test('records what changed, once, newest first, with the reason', async () => {
  const recorder = newRecorder();
  await fold(recorder, report('a', 0, 'healthy'), report('b', 0, 'healthy'));
  await fold(recorder, report('a', 1, 'healthy'), report('b', 1, 'healthy'));
  const change = await fold(recorder, report('b', 2, 'degraded'));
  expect(change).toMatchObject({ from: 'healthy', to: 'degraded' });
  await recorder.flush();
  expect(await recorded()).toEqual([
    { instance: null, from: 'healthy', to: 'degraded', reason: 'of 2 instances: 1 degraded' },
    { instance: 'b', from: 'healthy', to: 'degraded', reason: 'critical check db is degraded: slow' },
    { instance: null, from: 'unknown', to: 'healthy', reason: 'of 2 instances: all healthy' },
  ]);
  expect((await transitions.list({ ...pair, workspaceId: 'w2' }, { limit: 50 })).items).toEqual([]);
});

test('records those of each workspace there', async () => {
  const recorder = newRecorder();
  const other = { ...pair, workspaceId: 'w2' };
  await fold(recorder, report('a', 0, 'healthy'));
  await recorder.settle(other, await health.report(other, [report('b', 0, 'unhealthy')]), () => '');
  await fold(recorder, report('a', 1, 'degraded'));
  await recorder.flush();
  expect((await recorded()).map(({ to }) => to)).toEqual(['degraded', 'degraded', 'healthy']);
  const elsewhere = await transitions.list(other, { limit: 50 });
  expect(elsewhere.items.map(({ to }) => to)).toEqual(['unhealthy']);
});

test('pages through transitions', async () => {
  const recorder = newRecorder();
  await fold(recorder, report('a', 0, 'healthy'));
  await fold(recorder, report('a', 1, 'unhealthy'));
  await recorder.flush();
  const first = await transitions.list(pair, { limit: 2 });
  const rest = await transitions.list(pair, { limit: 2, cursor: first.nextCursor ?? undefined });
  expect([...first.items, ...rest.items].map(({ to }) => to)).toEqual(['unhealthy', 'unhealthy', 'healthy']);
  expect(rest.nextCursor).toBeNull();
});

test('two processes that see the same counts record the change of the service once', async () => {
  const both = [newRecorder(), newRecorder()];
  const outcome = await health.report(pair, [report('a', 0, 'healthy')]);
  await Promise.all(both.map((recorder) => recorder.settle(pair, outcome, () => '')));
  await Promise.all(both.map((recorder) => recorder.flush()));
  expect(await recorded()).toHaveLength(1);
});

test('counts that are older come too late to move the status, also when the newer ones moved nothing', async () => {
  const recorder = newRecorder();
  await fold(recorder, report('a', 0, 'healthy'));
  const bad = await health.report(pair, [report('a', 1, 'unhealthy')]);
  const good = await health.report(pair, [report('a', 2, 'healthy')]);
  expect(await recorder.settle(pair, { ...good, transitions: [] }, () => '')).toBeUndefined();
  expect(await recorder.settle(pair, { ...bad, transitions: [] }, () => '')).toBeUndefined();
});

test('after Redis lost everything the service has its status since when it had it before', async () => {
  const recorder = newRecorder();
  await fold(recorder, report('a', 0, 'unhealthy'));
  await recorder.flush();
  const before = (await health.serviceHealth(pair)).since;
  await redis.flushdb();
  expect(await fold(recorder, report('a', 1, 'unhealthy'))).toBeUndefined();
  await recorder.flush();
  expect((await health.serviceHealth(pair)).since).toEqual(before);
  expect(await recorded()).toHaveLength(1);
});

test('while PostgreSQL is away transitions wait, within a bound, and are written when it is back', async () => {
  const errors: unknown[] = [];
  const givenUp: number[] = [];
  const flaky = new StatusTransitionStore(database);
  let isAway = true;
  const away = new StatusTransitionStore(open('postgres://nobody@127.0.0.1:1/nothing'));
  const recorder = new HealthRecorder({
    health,
    transitions: Object.assign(Object.create(flaky) as StatusTransitionStore, {
      record: (...parameters: Parameters<StatusTransitionStore['record']>) =>
        (isAway ? away : flaky).record(...parameters),
    }),
    maxWaiting: 3,
    onError: (error) => errors.push(error),
    onGivenUp: (count) => givenUp.push(count),
  });
  for (const [seq, status] of (['healthy', 'unhealthy', 'healthy'] as const).entries()) {
    await fold(recorder, report('a', seq, status));
  }
  await recorder.flush();
  expect(errors.length).toBeGreaterThan(0);
  expect(recorder.waitingCount).toBe(3);
  expect(givenUp.reduce((sum, count) => sum + count, 0)).toBe(2);

  isAway = false;
  await expect.poll(() => recorder.waitingCount, { timeout: 10_000 }).toBe(0);
  await recorder.flush();
  expect((await recorded()).map(({ to }) => to)).toEqual(['healthy', 'healthy', 'unhealthy']);
  await recorder.close();
});
