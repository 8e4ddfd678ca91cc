import { initialCircuit } from '@binnacle/domain';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { CircuitStore } from './breakers/circuit-store.js';
import { PAIRS_KEY, parsePairKey } from './health/health-keys.js';
import { HealthStore } from './health/health-store.js';
import type { Pair } from './pair.js';
import { openRedis } from './redis.js';
import { workspaceKey } from './workspace-key.js';

const redis = openRedis({
  url: `${inject('redisUrl')}/7`,
  commandTimeoutMs: 5_000,
  connectionName: 'workspace-key-spec',
  onError: (error) => {
    throw error;
  },
});
const pairOf = (workspaceId: string): Pair => ({ workspaceId, service: 'checkout', environment: 'prod' });

beforeAll(async () => {
  if (redis.status !== 'ready') await new Promise<void>((resolve) => redis.once('ready', () => resolve()));
  await redis.flushdb();
});
afterAll(async () => {
  await redis.quit();
});

test('begins with the workspace, so that two never share a key', () => {
  expect(workspaceKey(pairOf('w1'), 'health', 'state')).toBe('binnacle:{w1/checkout/prod}:health:state');
  expect(workspaceKey(pairOf('w2'), 'health', 'state')).not.toBe(
    workspaceKey(pairOf('w1'), 'health', 'state'),
  );
});

test('whatever the stores keep in Redis lies under the workspace that it is of', async () => {
  const health = new HealthStore(redis);
  const circuits = new CircuitStore(redis);
  const memory = { lastKnown: undefined, leaseMs: 1_000, recall: () => Promise.resolve(undefined) };
  for (const workspaceId of ['w1', 'w2']) {
    const pair = pairOf(workspaceId);
    const checks = [
      { name: 'db', status: 'healthy', critical: true, latencyMs: 1, message: 'm', checkedAt: '' } as const,
    ];
    const instance = { id: 'i', host: 'h', version: '1', sdk: 's' };
    await health.report(pair, [
      {
        instance,
        lifecycle: 'ready',
        status: 'healthy',
        seq: 1,
        checks,
        have: null,
        rejected: { revision: 1, reason: 'r' },
      },
    ]);
    await health.setServiceStatus(pair, 'healthy', 1);
    await circuits.update(pair, 'db', (_, nowMs) => ({ ...initialCircuit(nowMs), attempt: 2 }), memory);
  }
  const keys = (await redis.keys('*')).filter((key) => key !== PAIRS_KEY);
  const ofOne = keys.filter((key) => key.startsWith('binnacle:{w1/'));
  const ofTwo = keys.filter((key) => key.startsWith('binnacle:{w2/'));
  expect(ofOne.length).toBeGreaterThan(4);
  expect(ofTwo.map((key) => key.replace('{w2/', '{w1/')).toSorted()).toEqual(ofOne.toSorted());
  expect(ofOne.length + ofTwo.length).toBe(keys.length);
  const swept = (await redis.smembers(PAIRS_KEY)).map((member) => parsePairKey(member)?.workspaceId);
  expect(swept.toSorted()).toEqual(['w1', 'w2']);
});
