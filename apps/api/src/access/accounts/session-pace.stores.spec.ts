import { afterAll, beforeAll, beforeEach, expect, inject, it } from 'vitest';
import { openRedis, type Redis } from '@binnacle/store';
import { RateLimited } from '../../http/rate-limited.js';
import { SessionPace } from './session-pace.js';

let redis: Redis;
let pace: SessionPace;

beforeAll(async () => {
  redis = openRedis({
    url: inject('redisUrl'),
    commandTimeoutMs: 2_000,
    connectionName: 'spec',
    onError: (error) => {
      throw error;
    },
  });
  await new Promise((resolve) => redis.once('ready', resolve));
});
afterAll(() => redis.disconnect());
beforeEach(() => (pace = new SessionPace(redis)));

it.each([
  ['signs in thirty times', 30, (userId: string) => pace.spendSignIn(userId)],
  ['changes the workspace sixty times', 60, (userId: string) => pace.spendSwitch(userId)],
])('lets one person who %s an hour wait, on every process, and nobody else', async (_what, times, spend) => {
  const userId = `pace-${times}`;
  for (let time = 0; time < times; time++) await spend(userId);
  pace = new SessionPace(redis);
  const refusal = await spend(userId).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(RateLimited);
  expect((refusal as RateLimited).retryAfterSeconds).toBeGreaterThan(3_000);
  await spend(`another of ${times}`);
});
