import { expect, test } from 'vitest';
import { readEnvironment } from './environment.js';

const LEAST = { DATABASE_URL: 'postgres://u:p@db/binnacle', REDIS_URL: 'redis://cache' };

test('has defaults for all but the addresses, which may come under their plain names', () => {
  expect(readEnvironment(LEAST)).toMatchObject({
    port: 7421,
    databaseUrl: LEAST.DATABASE_URL,
    redisUrl: LEAST.REDIS_URL,
    standalone: false,
    shutdownTimeoutMs: 30_000,
    unknownAfterMs: 15_000,
    lostAfterMs: 30_000,
    sweepIntervalMs: 1_000,
  });
});

test('prefers the names that begin with BINNACLE_', () => {
  const own = { BINNACLE_DATABASE_URL: 'postgresql://own/one', BINNACLE_STANDALONE: '1' };
  expect(readEnvironment({ ...LEAST, ...own })).toMatchObject({
    databaseUrl: 'postgresql://own/one',
    standalone: true,
  });
});

test.each([
  [{ DATABASE_URL: undefined }, 'BINNACLE_DATABASE_URL: is missing. Set it, or DATABASE_URL, to a URL such'],
  [{ DATABASE_URL: 'db' }, 'BINNACLE_DATABASE_URL: must be a URL such as postgres://'],
  [{ REDIS_URL: '' }, 'BINNACLE_REDIS_URL: is missing. Set it, or REDIS_URL, to a URL such as redis://'],
  [{ BINNACLE_MIGRATION_DATABASE_URL: 'x' }, 'BINNACLE_MIGRATION_DATABASE_URL: must be a URL'],
  [{ BINNACLE_WORKER_PORT: 'http' }, 'BINNACLE_WORKER_PORT: must be a whole number from 0 to 65535'],
  [{ BINNACLE_LOST_AFTER_MS: '1.5' }, 'BINNACLE_LOST_AFTER_MS: must be a whole number from 100 to 3600000'],
  [{ BINNACLE_LOG_LEVEL: 'loud' }, 'BINNACLE_LOG_LEVEL: must be one of fatal, error'],
  [{ BINNACLE_STANDALONE: 'maybe' }, 'BINNACLE_STANDALONE: must be true or false'],
])('says of %j in words of our own what would be right', (change, message) => {
  const read = () => readEnvironment({ ...LEAST, ...change });
  expect(read).toThrow(message);
  expect(read).not.toThrow(/Invalid|received|;/);
});

test.each([
  ['BINNACLE_REDIS_URL', { REDIS_URL: 'http://cache' }],
  ['BINNACLE_DATABASE_URL', { DATABASE_URL: undefined }],
  ['BINNACLE_WORKER_PORT', { BINNACLE_WORKER_PORT: '70000' }],
  ['BINNACLE_SWEEP_INTERVAL_MS', { BINNACLE_SWEEP_INTERVAL_MS: '5' }],
  ['BINNACLE_LOST_AFTER_MS', { BINNACLE_LOST_AFTER_MS: '15000' }],
  ['BINNACLE_METRICS_TOKEN', { BINNACLE_METRICS_TOKEN: 'metrics-token-here' }],
])('says in one line that %s is wrong', (variable, change) => {
  expect(() => readEnvironment({ ...LEAST, ...change })).toThrow(new RegExp(`^[^\\n]*${variable}: [^\\n]+$`));
});
