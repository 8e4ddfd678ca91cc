import {
  acquireTrial,
  DEFAULT_BREAKER_POLICY,
  recordCalls,
  tick,
  type BreakerPolicy,
  type Circuit,
} from '@binnacle/domain';
import type { Redis } from 'ioredis';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeEach, describe, expect, inject, it } from 'vitest';
import type { Pair } from '../pair.js';
import { openRedis } from '../redis.js';
import type { CircuitRecord } from './circuit-record.js';
import { CircuitStore, type CircuitUpdate } from './circuit-store.js';

/** A database of its own, so that this spec can empty it. */
const DATABASE_NUMBER = 7;
const connections = ['one', 'two'].map(connect);
const stores = connections.map((redis) => new CircuitStore(redis));
const [store, otherStore] = stores as [CircuitStore, CircuitStore];
const [redis] = connections as [Redis];

const policy: BreakerPolicy = { ...DEFAULT_BREAKER_POLICY, jitterPercent: 0, minimumCalls: 10 };
const random = () => 0;
const nothingKnown = {
  lastKnown: undefined,
  leaseMs: policy.leaseMs,
  recall: () => Promise.resolve(undefined),
};
let pair: Pair;

beforeEach(async () => {
  pair = { workspaceId: 'default', service: `s-${randomUUID()}`, environment: 'prod' };
  await expect.poll(() => connections.map(({ status }) => status)).toEqual(['ready', 'ready']);
});
afterAll(async () => {
  await Promise.all(connections.map((connection) => connection.quit()));
});

describe('update', () => {
  it('loses no count of fifty updaters over two connections', async () => {
    const counts = Array.from({ length: 50 }, (_, index) =>
      pick(index).update(pair, 'db', calls(`instance-${index}`, 3, 0), nothingKnown),
    );
    expect((await Promise.all(counts)).every(({ generation }) => generation === 0)).toBe(true);

    const { circuit } = await store.update(pair, 'db', (same) => same, nothingKnown);
    const buckets = circuit.state === 'closed' ? circuit.window.buckets : [];
    expect(buckets.reduce((sum, bucket) => sum + bucket.calls, 0)).toBe(150);
  });

  it('never grants more trial calls than the policy says, to fifty that ask over two connections', async () => {
    await open();
    const later = await elapse();
    const granted: string[] = [];
    await Promise.all(
      Array.from({ length: 50 }, async (_, index) => {
        const leaseId = randomUUID();
        let wasGranted = false;
        await pick(index).update(
          pair,
          'db',
          (circuit, nowMs) => {
            const grant = acquireTrial(
              circuit,
              policy,
              { leaseId, source: `i-${index}` },
              nowMs + later,
              random,
            );
            wasGranted = grant.granted;
            return grant.circuit;
          },
          nothingKnown,
        );
        if (wasGranted) granted.push(leaseId);
      }),
    );
    const { circuit } = await store.update(pair, 'db', (same) => same, nothingKnown);
    expect(granted).toHaveLength(policy.halfOpenCalls);
    expect(circuit.state === 'half_open' && circuit.trials.map(({ leaseId }) => leaseId).toSorted()).toEqual(
      granted.toSorted(),
    );
  });

  it('raises the generation once for each visible change, and tells the one that made it', async () => {
    const updates = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        pick(index).update(pair, 'db', calls(`i-${index}`, 20, 20), nothingKnown),
      ),
    );
    expect(updates.filter(({ moved }) => moved)).toHaveLength(1);
    expect(updates.map(({ generation }) => generation)).toEqual(Array.from({ length: 10 }, () => 1));
    expect(await otherStore.generations(pair)).toEqual(new Map([['db', 1]]));
    expect((await otherStore.readMany(pair, ['db', 'unknown'])).get('db')).toMatchObject({
      generation: 1,
      circuit: { state: 'open' },
    });
  });

  it('writes nothing when nothing changed', async () => {
    await open();
    const before = await redis.dbsize();
    const memory = nothingKnown;
    const update = await store.update(pair, 'db', calls('late', 5, 5), memory);
    expect(update).toMatchObject({ generation: 1, moved: false, circuit: { state: 'open' } });
    await store.update(pair, 'never-called', (same) => same, memory);
    expect(await redis.dbsize()).toBe(before);
  });

  it('rejects quickly while Redis is away', async () => {
    const lonely = openRedis({
      url: 'redis://127.0.0.1:1',
      commandTimeoutMs: 1_000,
      connectionName: 'nowhere',
      onError: () => {},
    });
    const startedAtMs = performance.now();
    await expect(new CircuitStore(lonely).update(pair, 'db', (same) => same, nothingKnown)).rejects.toThrow();
    expect(performance.now() - startedAtMs).toBeLessThan(1_000);
    lonely.disconnect();
  });
});

describe('after Redis lost everything', () => {
  it('keeps an open circuit open until its time, with a higher generation', async () => {
    const opened = await open();
    await redis.flushdb();
    const restored = await store.update(pair, 'db', (same) => same, known(opened));
    expect(restored).toMatchObject({ moved: true, circuit: opened.circuit });
    expect(restored.generation).toBeGreaterThan(opened.generation);
    expect(await otherStore.update(pair, 'db', (same) => same, known(opened))).toMatchObject({
      generation: restored.generation,
      moved: false,
    });
  });

  it('never lets a generation fall, whoever restores first and whatever happens meanwhile', async () => {
    let last: CircuitRecord = await open();
    for (let round = 0; round < 3; round++) {
      await redis.flushdb();
      const memory = known(last);
      const updates = await Promise.all(
        Array.from({ length: 8 }, (_, index) => pick(index).update(pair, 'db', (same) => same, memory)),
      );
      const generations = new Set(updates.map(({ generation }) => generation));
      expect(generations.size).toBe(1);
      expect(updates.filter(({ moved }) => moved)).toHaveLength(1);
      expect(updates[0]?.generation).toBeGreaterThan(last.generation);
      last = updates[0] as CircuitUpdate;
    }
  });

  it('keeps a closed circuit closed and counts on', async () => {
    const closed: CircuitRecord = {
      generation: 4,
      circuit: {
        state: 'closed',
        sinceMs: 1,
        attempt: 1,
        window: { fromSecond: 0, buckets: [], sources: [] },
      },
    };
    const update = await store.update(pair, 'db', calls('a', 9, 9), known(closed));
    expect(update.circuit.state).toBe('closed');
    expect((await store.update(pair, 'db', calls('a', 1, 1), known(closed))).circuit.state).toBe('open');
  });

  it('grants no trial call of a half-open circuit before the lost leases have ended', async () => {
    await open();
    const later = await elapse();
    const halfOpen = await store.update(
      pair,
      'db',
      (circuit, nowMs) => tick(circuit, policy, nowMs + later, random),
      nothingKnown,
    );
    expect(halfOpen.circuit.state).toBe('half_open');
    await redis.flushdb();
    const restored = await store.update(pair, 'db', (same) => same, known(halfOpen));
    expect(restored.circuit).toMatchObject({
      state: 'open',
      attempt: 1,
      untilMs: restored.nowMs + policy.leaseMs,
    });
  });

  it('grants none either when nobody knows whether its open time has ended in a half-open period', async () => {
    const opened = await open();
    if (opened.circuit.state !== 'open') return expect.unreachable();
    await redis.flushdb();
    const due = { ...opened, circuit: { ...opened.circuit, untilMs: opened.nowMs - 1 } };
    const restored = await store.update(
      pair,
      'db',
      (circuit, nowMs) => tick(circuit, policy, nowMs, random),
      known(due),
    );
    expect(restored.circuit).toMatchObject({ state: 'open', untilMs: restored.nowMs + policy.leaseMs });
  });

  it('believes the later of what this process and what PostgreSQL remembers', async () => {
    const opened = await open();
    const closed: CircuitRecord = {
      generation: opened.generation - 1,
      circuit: {
        state: 'closed',
        sinceMs: 1,
        attempt: 0,
        window: { fromSecond: 0, buckets: [], sources: [] },
      },
    };
    for (const [lastKnown, stored] of [
      [closed, opened],
      [opened, closed],
      [undefined, opened],
    ] as const) {
      await redis.flushdb();
      const memory = { ...nothingKnown, lastKnown, recall: () => Promise.resolve(stored) };
      const restored = await store.update(pair, 'db', (same) => same, memory);
      expect(restored.circuit.state).toBe('open');
      expect(restored.generation).toBeGreaterThan(opened.generation);
    }
  });

  it('takes a snapshot from before for lost', async () => {
    const opened = await open();
    const update = await store.update(pair, 'db', (same) => same, known({ ...opened, generation: 5 }));
    expect(update.moved).toBe(true);
    expect(update.generation).toBeGreaterThan(5);
  });
});

function connect(name: string): Redis {
  const url = new URL(inject('redisUrl'));
  url.pathname = `/${DATABASE_NUMBER}`;
  return openRedis({
    url: url.href,
    commandTimeoutMs: 5_000,
    connectionName: `circuit-store-spec-${name}`,
    onError: (error) => {
      throw error;
    },
  });
}

function pick(index: number): CircuitStore {
  return index % 2 === 0 ? store : otherStore;
}

function known(lastKnown: CircuitRecord) {
  return { ...nothingKnown, lastKnown };
}

function calls(source: string, made: number, failures: number) {
  return (circuit: Circuit, nowMs: number) => {
    const bucket = { second: Math.floor(nowMs / 1000), calls: made, failures, trailingFailures: failures };
    return recordCalls(circuit, policy, { source, buckets: [bucket] }, nowMs, random);
  };
}

async function open(): Promise<CircuitUpdate> {
  const update = await store.update(pair, 'db', calls('a', 20, 20), nothingKnown);
  expect(update.circuit.state).toBe('open');
  return update;
}

/** What to add to the clock of Redis so that the open circuit is due. */
async function elapse(): Promise<number> {
  const { circuit, nowMs } = await store.update(pair, 'db', (same) => same, nothingKnown);
  return circuit.state === 'open' ? circuit.untilMs - nowMs + 100 : 0;
}
