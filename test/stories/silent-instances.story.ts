import { fork, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, inject, test, vi } from 'vitest';
import {
  type Database,
  HealthRecorder,
  HealthStore,
  type InstanceReport,
  openDatabase,
  openRedis,
  type Pair,
  type Redis,
  StatusTransitionStore,
} from '@binnacle/store';

const WORKER = fileURLToPath(new URL('../../apps/worker/dist/main.js', import.meta.url));
const SOON = { timeout: 20_000, interval: 25 };

const name = `silent_${randomBytes(6).toString('hex')}`;
const serverUrl = inject('postgresUrl');
const databaseUrl = Object.assign(new URL(serverUrl), { pathname: `/${name}` }).href;
const redisUrl = `${inject('redisUrl')}/6`;
const workers: ChildProcess[] = [];
let database: Database;
let redis: Redis;
let health: HealthStore;
let transitions: StatusTransitionStore;
let pair: Pair;

beforeAll(async () => {
  await onServer(`create database ${name}`);
  redis = openRedis({
    url: redisUrl,
    commandTimeoutMs: 5_000,
    connectionName: 'story',
    onError: () => undefined,
  });
  await once(redis, 'ready');
  await redis.flushdb();
  database = openDatabase({
    connectionString: databaseUrl,
    poolSize: 3,
    statementTimeoutMs: 5_000,
    acquireTimeoutMs: 5_000,
    applicationName: 'story',
    onError: () => undefined,
  });
  health = new HealthStore(redis);
  transitions = new StatusTransitionStore(database);
  workers.push(...(await Promise.all([startWorker(), startWorker()])));
});

afterAll(async () => {
  const ends = workers.map((worker) => (worker.exitCode === null ? once(worker, 'exit') : [worker.exitCode]));
  for (const worker of workers) worker.kill('SIGTERM');
  const codes = (await Promise.all(ends)).map(([code]) => code as number);
  await redis.quit();
  await database.close();
  await onServer(`drop database ${name} with (force)`);
  expect(codes).toEqual([0, 0]);
});

beforeEach(() => {
  pair = { workspaceId: 'default', service: `s-${randomBytes(4).toString('hex')}`, environment: 'prod' };
});

async function onServer(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  await client.query(sql);
  await client.end();
}

/** Resolves when it is up. */
async function startWorker(): Promise<ChildProcess> {
  const env = {
    ...process.env,
    BINNACLE_DATABASE_URL: databaseUrl,
    BINNACLE_REDIS_URL: redisUrl,
    BINNACLE_WORKER_PORT: '0',
    BINNACLE_UNKNOWN_AFTER_MS: '1000',
    BINNACLE_LOST_AFTER_MS: '2000',
    BINNACLE_SWEEP_INTERVAL_MS: '200',
    BINNACLE_LOG_LEVEL: 'info',
  };
  const worker = fork(WORKER, { env, execArgv: [], silent: true });
  let output = '';
  worker.stdout?.on('data', (data: Buffer) => (output += data.toString()));
  await vi.waitUntil(() => output.includes('The worker listens'), SOON);
  return worker;
}

/** What an API process does with the reports of agents. */
async function report(
  ids: readonly string[],
  seq: number,
  change: Partial<InstanceReport> = {},
): Promise<void> {
  const recorder = new HealthRecorder({
    health,
    transitions,
    onError: (error) => {
      throw error;
    },
    onGivenUp: () => undefined,
  });
  const reports = ids.map((id): InstanceReport => ({
    instance: { id, host: 'h', version: '1', sdk: 's' },
    lifecycle: 'ready',
    status: 'healthy',
    seq,
    checks: [],
    have: null,
    ...change,
  }));
  await recorder.settle(pair, await health.report(pair, reports), () => 'reported');
  await recorder.close();
}

async function lost(): Promise<number> {
  return (await health.serviceHealth(pair)).counts.lost;
}

async function recorded(): Promise<string[]> {
  const { items } = await transitions.list(pair, { limit: 100 });
  return items
    .map(({ instance, from, to, reason }) => `${instance ?? 'service'}: ${from} → ${to} (${reason})`)
    .toReversed();
}

test('instances that fall silent are lost, and two workers record each step once', async () => {
  await report(['a', 'b', 'c'], 0);
  await report(['c'], 1, { lifecycle: 'draining' });
  await expect.poll(lost, SOON).toBe(2);
  await expect.poll(async () => (await health.serviceHealth(pair)).counts.draining, SOON).toBe(0);
  await expect
    .poll(async () => (await recorded()).toSorted(), SOON)
    .toEqual(
      [
        'a: healthy → unknown (no report for 1 s)',
        'a: unknown → lost (no report for 2 s)',
        'b: healthy → unknown (no report for 1 s)',
        'b: unknown → lost (no report for 2 s)',
        'c: draining → stopped (went silent while draining)',
        'c: healthy → draining (reported)',
        'service: healthy → unknown (of 2 instances: 2 unknown)',
        'service: unknown → healthy (of 3 instances: all healthy)',
        'service: unknown → unhealthy (of 2 instances: 2 lost)',
      ].toSorted(),
    );
  expect(await health.serviceHealth(pair)).toMatchObject({
    status: 'unhealthy',
    since: expect.any(Date) as Date,
  });

  await report(['a', 'b'], 1);
  expect((await health.serviceHealth(pair)).status).toBe('healthy');
});

test('after Redis lost everything, the schedule comes back by itself', async () => {
  await report(['a'], 0);
  await redis.flushdb();
  await report(['a'], 1);
  await expect.poll(lost, SOON).toBe(1);
});

test('when a worker is killed the other goes on', async () => {
  const killed = workers.shift();
  killed?.kill('SIGKILL');
  workers.push(await startWorker());
  await report(['a'], 0);
  await expect.poll(lost, SOON).toBe(1);
});
