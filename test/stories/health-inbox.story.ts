import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import {
  type Database,
  defaultMigrationsDir,
  HealthRecorder,
  HealthStore,
  type InstanceReport,
  migrate,
  openDatabase,
  openRedis,
  type Pair,
  type Redis,
  StatusTransitionStore,
} from '@binnacle/store';
import { HealthInbox } from '../../apps/api/src/health/health-inbox.js';
import { Metrics } from '../../apps/api/src/lifecycle/metrics.js';

const SOON = { timeout: 10_000, interval: 10 };
const name = `inbox_${randomBytes(6).toString('hex')}`;
const serverUrl = inject('postgresUrl');
const databaseUrl = Object.assign(new URL(serverUrl), { pathname: `/${name}` }).href;
let database: Database;
let redis: Redis;
let pair: Pair;

beforeAll(async () => {
  await onServer(`create database ${name}`);
  await migrate({
    connectionString: databaseUrl,
    migrationsDir: defaultMigrationsDir(),
    log: () => undefined,
  });
  database = openDatabase({
    connectionString: databaseUrl,
    poolSize: 3,
    statementTimeoutMs: 5_000,
    acquireTimeoutMs: 5_000,
    applicationName: 'story',
    onError: () => undefined,
  });
  redis = connect(`${inject('redisUrl')}/7`);
  await once(redis, 'ready');
  await redis.flushdb();
});

afterAll(async () => {
  await redis.quit();
  await database.close();
  await onServer(`drop database ${name} with (force)`);
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

function connect(url: string): Redis {
  return openRedis({ url, commandTimeoutMs: 5_000, connectionName: 'inbox-story', onError: () => undefined });
}

function open(connection: Redis) {
  const health = new HealthStore(connection);
  const transitions = new StatusTransitionStore(database);
  const recorder = new HealthRecorder({
    health,
    transitions,
    onError: () => undefined,
    onGivenUp: () => undefined,
  });
  const metrics = new Metrics();
  const dropped = async (): Promise<number> => {
    const metric = await metrics.registry.getSingleMetric('binnacle_health_reports_dropped_total')?.get();
    return metric?.values[0]?.value ?? 0;
  };
  return { health, transitions, dropped, inbox: new HealthInbox(health, recorder, metrics) };
}

function report(id: string, seq: number, change: Partial<InstanceReport> = {}): InstanceReport {
  const instance = { id, host: 'h', version: '1', sdk: 's' };
  return { instance, lifecycle: 'ready', status: 'healthy', seq, checks: [], have: null, ...change };
}

test('hands on the reports of many instances by itself, in few batches, and records what changed', async () => {
  const { health, inbox, transitions } = open(redis);
  const before = await callsOf('evalsha');
  for (let index = 0; index < 1_200; index++) inbox.report(pair, report(`i${index}`, 0));
  await expect.poll(async () => (await health.serviceHealth(pair)).counts.healthy, SOON).toBe(1_200);
  expect((await callsOf('evalsha')) - before).toBeLessThan(10);

  const checks = [{ name: 'db', status: 'unhealthy' as const, critical: true, latencyMs: 1, checkedAt: '' }];
  inbox.report(pair, report('i1', 1, { status: 'degraded' }));
  inbox.report(pair, report('i1', 2, { status: 'unhealthy', checks }));
  await expect
    .poll(async () => (await transitions.list(pair, { limit: 2 })).items, SOON)
    .toMatchObject([
      { instance: null, from: 'healthy', to: 'degraded', reason: 'of 1200 instances: 1 unhealthy' },
      { instance: 'i1', from: 'healthy', to: 'unhealthy', reason: 'critical check db is unhealthy' },
    ]);
  await inbox.onApplicationShutdown();
});

test('has handed on everything when it is closed', async () => {
  const { health, inbox, transitions } = open(redis);
  inbox.report(pair, report('a', 0, { status: 'unhealthy' }));
  await inbox.onApplicationShutdown();
  expect((await health.serviceHealth(pair)).counts.unhealthy).toBe(1);
  expect((await transitions.list(pair, { limit: 5 })).items).toMatchObject([
    { instance: null, to: 'unhealthy' },
  ]);
});

test('while Redis is away reports are dropped and counted, and nobody waits', async () => {
  const unreachable = connect('redis://127.0.0.1:1');
  const { dropped, inbox } = open(unreachable);
  for (let seq = 0; seq < 3; seq++) inbox.report(pair, report('a', seq));
  inbox.report(pair, report('b', 0));
  await expect.poll(dropped, SOON).toBe(2);
  inbox.report(pair, report('a', 3));
  await expect.poll(dropped, SOON).toBe(3);
  await inbox.onApplicationShutdown();
  unreachable.disconnect();
});

async function callsOf(command: string): Promise<number> {
  const stats = await redis.info('commandstats');
  return Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(stats)?.[1] ?? 0);
}
