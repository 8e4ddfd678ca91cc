import { Redis } from 'ioredis';
import { afterAll, beforeEach, describe, expect, inject, test } from 'vitest';
import type { Pair } from '../pair.js';
import { openRedis } from '../redis.js';
import { healthKeys } from './health-keys.js';
import { DEFAULT_SWEEP_OPTIONS, HealthStore } from './health-store.js';
import type { InstanceReport } from './instance-report.js';

const redisUrl = `${inject('redisUrl')}/3`;
const redis = connect();
const second = connect();
const store = new HealthStore(redis);
const pair: Pair = { workspaceId: 'w1', service: 'checkout', environment: 'prod' };
const EVERYTHING = { limit: 200 };

function connect(): Redis {
  const onError = (error: Error) => {
    throw error;
  };
  return openRedis({ url: redisUrl, commandTimeoutMs: 5_000, connectionName: 'health-spec', onError });
}

function report(id: string, seq: number, change: Partial<InstanceReport> = {}): InstanceReport {
  return {
    instance: { id, host: 'host-1', version: '1.0.0', sdk: 'node/0.1.0' },
    lifecycle: 'ready',
    status: 'healthy',
    seq,
    checks: [],
    have: { epoch: 'e', revision: 7, hash: 'h' },
    ...change,
  };
}

/** As if everything that Redis holds of the pair had been written this much earlier. */
async function rewind(ms: number, { sweepsToo = true } = {}): Promise<void> {
  const [stateKey = '', , , summary = '', ...zsets] = healthKeys(pair);
  for (const key of zsets.slice(0, 4)) {
    for (const id of await redis.zrange(key, '0', '-1')) await redis.zincrby(key, -ms, id);
  }
  for (const [id, state] of Object.entries(await redis.hgetall(stateKey))) {
    const [seq, seen, ...rest] = state.split('\t');
    await redis.hset(stateKey, id, [seq, String(Number(seen) - ms), ...rest].join('\t'));
  }
  for (const mark of sweepsToo ? ['sweptAt', 'graceAt'] : ['graceAt']) {
    const at = await redis.hget(summary, mark);
    if (at !== null) await redis.hset(summary, mark, Number(at) - ms);
  }
}

/** Time passes while somebody sweeps every second. */
async function stayed(ms: number): Promise<void> {
  await rewind(ms, { sweepsToo: false });
}

async function statuses(): Promise<Record<string, string>> {
  const { items } = await store.instances(pair, EVERYTHING);
  return Object.fromEntries(items.map(({ id, lifecycle, status }) => [id, `${lifecycle} ${status}`]));
}

beforeEach(async () => {
  await Promise.all([ready(redis), ready(second)]);
  await redis.flushdb();
});

async function ready(connection: Redis): Promise<void> {
  if (connection.status === 'ready') return;
  await new Promise<void>((resolve) => connection.once('ready', () => resolve()));
}

afterAll(async () => {
  await Promise.all([redis.quit(), second.quit()]);
});

describe('report', () => {
  test('counts instances by status and by revision, and tells the new counts', async () => {
    const { summary, transitions } = await store.report(pair, [
      report('a', 0),
      report('b', 0, { status: 'unhealthy', have: { epoch: 'e', revision: 6, hash: 'h6' } }),
      report('c', 0, { lifecycle: 'draining', status: 'degraded' }),
      report('d', 0, { have: null }),
    ]);
    expect(summary?.counts).toEqual({
      total: 4,
      healthy: 2,
      degraded: 0,
      unhealthy: 1,
      unknown: 0,
      lost: 0,
      draining: 1,
    });
    expect(summary?.revisions).toEqual({ '6': 1, '7': 2 });
    expect(transitions).toEqual([]);
    expect(await store.pairs()).toEqual([pair]);
  });

  test('an unchanged heartbeat changes no counts, and a change raises their version', async () => {
    const first = await store.report(pair, [report('a', 0)]);
    const unchanged = await store.report(pair, [report('a', 1)]);
    const changed = await store.report(pair, [report('a', 2, { status: 'degraded' })]);
    expect(unchanged).toEqual({ ignored: 0, transitions: [], summary: undefined });
    expect(changed.transitions).toEqual([
      { instance: 'a', from: 'healthy', to: 'degraded', at: expect.any(Date) as Date },
    ]);
    expect(changed.summary?.countsVersion).toBeGreaterThan(first.summary?.countsVersion ?? Infinity);
  });

  test('a late report is ignored, the same seq may say more, and a new process under the same id counts', async () => {
    await store.report(pair, [report('a', 9)]);
    expect(await store.report(pair, [report('a', 8, { status: 'unhealthy' })])).toMatchObject({ ignored: 1 });
    expect(await statuses()).toEqual({ a: 'ready healthy' });

    const have = { epoch: 'e', revision: 8, hash: 'h8' };
    const said = await store.report(pair, [report('a', 9, { have })]);
    expect(said.summary?.revisions).toEqual({ '8': 1 });

    await stayed(5_000);
    expect(await store.report(pair, [report('a', 0, { status: 'unhealthy' })])).toMatchObject({ ignored: 0 });
    expect(await statuses()).toEqual({ a: 'ready unhealthy' });
  });

  test('in one batch the newest report of an instance counts', async () => {
    const refusal = { revision: 8, reason: 'port taken' };
    await store.report(pair, [
      report('a', 3, { status: 'degraded', rejected: refusal }),
      report('a', 5, { status: 'unhealthy' }),
      report('a', 4, { status: 'healthy' }),
    ]);
    const { items } = await store.instances(pair, EVERYTHING);
    expect(items).toMatchObject([{ id: 'a', status: 'unhealthy', rejected: refusal }]);
  });

  test('a rejected revision stays until it is taken back', async () => {
    const rejected = async () => (await store.instances(pair, EVERYTHING)).items[0]?.rejected;
    await store.report(pair, [report('a', 0, { rejected: { revision: 8, reason: 'no' } })]);
    await store.report(pair, [report('a', 1)]);
    expect(await rejected()).toEqual({ revision: 8, reason: 'no' });
    await store.report(pair, [report('a', 2, { rejected: null })]);
    expect(await rejected()).toBeNull();
  });

  test('a stopped instance is not counted, is listed a while, and is then forgotten', async () => {
    await store.report(pair, [report('a', 0), report('b', 0)]);
    const { summary, transitions } = await store.report(pair, [
      report('a', 1, { lifecycle: 'stopped', status: 'unknown' }),
    ]);
    expect(summary?.counts.total).toBe(1);
    expect(transitions).toMatchObject([{ instance: 'a', from: 'healthy', to: 'stopped' }]);
    expect(await statuses()).toEqual({ a: 'stopped unknown', b: 'ready healthy' });

    await store.sweep(pair);
    await stayed(61_000);
    await store.report(pair, [report('b', 1)]);
    await store.sweep(pair);
    expect(await statuses()).toEqual({ b: 'ready healthy' });
  });

  test('batches larger than one run of the script, from two connections', async () => {
    const other = new HealthStore(second);
    const ids = Array.from({ length: 1_200 }, (_, index) => `i${index}`);
    await Promise.all([
      store.report(
        pair,
        ids.map((id) => report(id, 0)),
      ),
      other.report(
        pair,
        ids.slice(600).map((id) => report(id, 1, { status: 'degraded' })),
      ),
    ]);
    const { counts } = await store.serviceHealth(pair);
    expect(counts).toMatchObject({ total: 1_200, healthy: 600, degraded: 600 });
  });

  test('after FLUSHALL the next reports build everything anew', async () => {
    await store.report(pair, [report('a', 5), report('b', 5)]);
    await redis.flushdb();
    await redis.script('FLUSH');
    await store.report(pair, [report('a', 6), report('b', 6, { status: 'degraded' })]);
    expect(await statuses()).toEqual({ a: 'ready healthy', b: 'ready degraded' });
    expect(await store.pairs()).toEqual([pair]);
  });
});

describe('sweep', () => {
  test('silence makes an instance unknown, then lost, then forgotten; a report brings it back', async () => {
    await store.report(pair, [report('a', 0), report('b', 0)]);
    await store.sweep(pair);
    await stayed(16_000);
    await store.report(pair, [report('b', 1)]);
    expect((await store.sweep(pair)).transitions).toMatchObject([
      { instance: 'a', from: 'healthy', to: 'unknown' },
    ]);
    expect(await statuses()).toEqual({ a: 'ready unknown', b: 'ready healthy' });

    await stayed(15_000);
    await store.report(pair, [report('b', 2)]);
    const { summary } = await store.sweep(pair);
    expect(summary).toMatchObject({ counts: { total: 2, healthy: 1, lost: 1 }, revisions: { '7': 1 } });
    expect(await statuses()).toEqual({ a: 'lost unknown', b: 'ready healthy' });

    const back = await store.report(pair, [report('a', 1)]);
    expect(back.transitions).toMatchObject([{ instance: 'a', from: 'lost', to: 'healthy' }]);
    expect(back.summary?.counts).toMatchObject({ total: 2, healthy: 2, lost: 0 });

    await stayed(3_601_000);
    await store.sweep(pair);
    expect(await statuses()).toEqual({});
  });

  test('a draining instance that goes silent has stopped', async () => {
    await store.report(pair, [report('a', 0, { lifecycle: 'draining' })]);
    await store.sweep(pair);
    await stayed(16_000);
    expect((await store.sweep(pair)).summary.counts).toMatchObject({ draining: 1, unknown: 0 });
    await stayed(16_000);
    const { summary, transitions } = await store.sweep(pair);
    expect(transitions).toMatchObject([{ instance: 'a', from: 'draining', to: 'stopped' }]);
    expect(summary.counts).toMatchObject({ total: 0, lost: 0 });
  });

  test('after a gap without sweeps everyone gets a fresh window before anybody is given up', async () => {
    await store.report(pair, [report('a', 0)]);
    await store.sweep(pair);
    await rewind(40_000);
    expect((await store.sweep(pair)).transitions).toEqual([]);
    await stayed(14_000);
    expect((await store.sweep(pair)).transitions).toEqual([]);
    await stayed(2_000);
    expect((await store.sweep(pair)).transitions).toMatchObject([{ to: 'unknown' }]);
  });

  test('a clock of Redis that goes back a day neither loses an instance nor keeps a silent one', async () => {
    await store.report(pair, [report('a', 0)]);
    await store.sweep(pair);
    await rewind(-86_400_000);
    expect((await store.sweep(pair)).transitions).toEqual([]);
    await stayed(31_000);
    expect((await store.sweep(pair)).transitions).toMatchObject([{ to: 'unknown' }, { to: 'lost' }]);
  });

  test('a pair without instances leaves the list, unless it has some again', async () => {
    await store.report(pair, [report('a', 0, { lifecycle: 'stopped' })]);
    await store.forgetPair(pair);
    expect(await store.pairs()).toEqual([pair]);
    await store.sweep(pair, { ...DEFAULT_SWEEP_OPTIONS, forgetStoppedAfterMs: 0 });
    expect((await store.sweep(pair)).isEmpty).toBe(true);
    await store.forgetPair(pair);
    expect(await store.pairs()).toEqual([]);
    expect(await redis.keys('binnacle:*:health:*')).toEqual([]);
  });
});

test('instances are paged in the order of their ids', async () => {
  await store.report(
    pair,
    ['d', 'b', 'a', 'c', 'e'].map((id) => report(id, 0)),
  );
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.instances(pair, { limit: 2, cursor });
    seen.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  expect(seen).toEqual(['a', 'b', 'c', 'd', 'e']);
});
