import { foldServiceStatus, type Status } from '@binnacle/domain';
import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import type { Pair } from '../pair.js';
import { openRedis } from '../redis.js';
import { summaryKey } from './health-keys.js';
import { HealthStore } from './health-store.js';
import type { InstanceReport } from './instance-report.js';

const [redis, second] = [connect(), connect()];
const store = new HealthStore(redis);
const pair: Pair = { workspaceId: 'w1', service: 'checkout', environment: 'prod' };

function connect() {
  const url = `${inject('redisUrl')}/8`;
  return openRedis({ url, commandTimeoutMs: 5_000, connectionName: 'status-spec', onError: () => undefined });
}

function report(id: string, seq: number, { status = 'healthy' }: { status?: Status } = {}): InstanceReport {
  const instance = { id, host: 'h', version: '1', sdk: 's' };
  const have = { epoch: 'e', revision: 7, hash: 'h' };
  return { instance, lifecycle: 'ready', status, seq, checks: [], have };
}

beforeAll(async () => {
  await Promise.all(
    [redis, second].map((connection) => connection.status === 'ready' || once(connection, 'ready')),
  );
});

beforeEach(async () => {
  await redis.flushdb();
});

afterAll(async () => {
  await Promise.all([redis.quit(), second.quit()]);
});

describe('the status of a service', () => {
  test('moves once for several callers, and never by older counts', async () => {
    const older = (await store.report(pair, [report('a', 0)])).summary?.countsVersion ?? 0;
    const newer =
      (await store.report(pair, [report('a', 1, { status: 'unhealthy' })])).summary?.countsVersion ?? 0;
    const other = new HealthStore(second);
    const changes = await Promise.all([
      store.setServiceStatus(pair, 'unhealthy', newer),
      other.setServiceStatus(pair, 'unhealthy', newer),
    ]);
    expect(changes.filter((change) => change !== undefined)).toEqual([
      { from: null, to: 'unhealthy', at: expect.any(Date) as Date },
    ]);
    expect(await store.setServiceStatus(pair, 'healthy', older)).toBeUndefined();
    expect(await redis.hget(summaryKey(pair), 'status')).toBe('unhealthy');
  });

  test('is not moved by counts from before Redis lost everything', async () => {
    const version = (await store.report(pair, [report('a', 0)])).summary?.countsVersion ?? 0;
    await redis.flushdb();
    expect(await store.setServiceStatus(pair, 'healthy', version)).toBeUndefined();
    const rebuilt = (await store.report(pair, [report('a', 1, { status: 'unhealthy' })])).summary;
    expect(rebuilt?.countsVersion).toBeGreaterThan(version);
    expect(await store.setServiceStatus(pair, 'healthy', version)).toMatchObject({ to: 'healthy' });
    expect(await store.setServiceStatus(pair, 'unhealthy', rebuilt?.countsVersion ?? 0)).toMatchObject({
      to: 'unhealthy',
    });
  });

  test('summaries of several services, also of one that nobody reported on', async () => {
    const { summary } = await store.report(pair, [report('a', 0), report('b', 0, { status: 'degraded' })]);
    const status = foldServiceStatus(
      summary?.counts ?? { healthy: 0, degraded: 0, unhealthy: 0, unknown: 0, lost: 0 },
    );
    await store.setServiceStatus(pair, status, summary?.countsVersion ?? 0);
    const [checkout, payment] = await store.summaries('w1', 'prod', ['checkout', 'payment']);
    expect(checkout).toMatchObject({
      status: 'degraded',
      since: expect.any(Date) as Date,
      revisions: { '7': 2 },
    });
    expect(payment).toMatchObject({ status: 'unknown', since: null, counts: { total: 0 }, revisions: {} });
    expect(await store.summaries('w2', 'prod', ['checkout'])).toMatchObject([{ status: 'unknown' }]);
  });
});
