import { afterAll, beforeAll, beforeEach, expect, inject, it } from 'vitest';
import {
  openRedis,
  type Redis,
  SessionStore,
  type Database,
  type Mutation,
  openDatabase,
  runInstallationMutation,
} from '@binnacle/store';
import { AccountDatabase } from '../../../../../test/harness/account-database.js';
import { RateLimited } from '../../http/rate-limited.js';
import { pauseSeconds, SignInThrottle } from './sign-in-throttle.js';

const HERE = '192.0.2.1';
let accounts: AccountDatabase<Database, Mutation>;
let redis: Redis;
let throttle: SignInThrottle;
let email: string;
let count = 0;

beforeAll(async () => {
  accounts = await AccountDatabase.create(inject('postgresUrl'), { openDatabase, runInstallationMutation });
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
afterAll(async () => {
  redis.disconnect();
  await accounts.drop();
});
beforeEach(async () => {
  for (const key of await redis.keys('binnacle:sign-in:*')) await redis.del(key);
  throttle = new SignInThrottle(redis, new SessionStore(accounts.database));
  email = `someone-${++count}@example.org`;
});

const right = () => Promise.resolve('right');
const wrong = () => Promise.resolve(undefined);
const refusal = (attempt: Promise<unknown>) =>
  attempt.then(
    () => undefined,
    (error: unknown) => (error instanceof RateLimited ? error : Promise.reject(error)),
  );
const fail = async (times: number, address = HERE, who = email) => {
  for (let time = 0; time < times; time++) await throttle.attempt(who, address, wrong);
};

it('answers what the check does', async () => {
  expect(await throttle.attempt(email, HERE, right)).toBe('right');
  expect(await throttle.attempt(email, HERE, wrong)).toBeUndefined();
});

it('pauses after five failures, longer each time, and begins anew after a success', async () => {
  const key = async () => (await redis.keys('binnacle:sign-in:pair:*'))[0] ?? 'none';
  for (const seconds of [30, 60, 120]) {
    await fail(5);
    const refused = await refusal(throttle.attempt(email, HERE, right));
    expect(refused?.retryAfterSeconds).toBeGreaterThan(seconds - 3);
    expect(refused?.retryAfterSeconds).toBeLessThanOrEqual(seconds);
    await redis.del(await key());
  }
  await fail(4);
  await throttle.attempt(email, HERE, right);
  await fail(5);
  expect((await refusal(throttle.attempt(email, HERE, right)))?.retryAfterSeconds).toBeLessThanOrEqual(30);
});

it('lets nobody try more by trying at once', async () => {
  let checked = 0;
  const attempts = Array.from({ length: 30 }, () =>
    throttle.attempt(email, HERE, async () => {
      checked += 1;
      return undefined;
    }),
  );
  await Promise.allSettled(attempts);
  expect(checked).toBe(5);
});

it('does not look at a password during a pause, and pauses elsewhere only for who guesses there', async () => {
  await fail(5);
  let isChecked = false;
  const attempt = throttle.attempt(email, HERE, async () => {
    isChecked = true;
    return 'right';
  });
  expect(await refusal(attempt)).toBeDefined();
  expect(isChecked).toBe(false);
  expect(await throttle.attempt(email, '192.0.2.2', right)).toBe('right');
  expect(await throttle.attempt('another@example.org', HERE, right)).toBe('right');
});

it('takes the addresses of one IPv6 network for one', async () => {
  for (let number = 0; number < 5; number++) await throttle.attempt(email, `2001:db8:1:2::${number}`, wrong);
  expect(await refusal(throttle.attempt(email, '2001:db8:1:2:ffff::9', right))).toBeDefined();
  expect(await throttle.attempt(email, '2001:db8:1:3::1', right)).toBe('right');
});

it('stops many strangers at one account, and not its owner where he has been before', async () => {
  const userId = await accounts.addUser(`owner-${count}`);
  const owner = `${userId}@example.org`;
  const sessions = new SessionStore(accounts.database);
  await accounts.change((mutation) =>
    sessions.insert(mutation, {
      userId,
      hash: `h-${count}`,
      workspaceId: null,
      address: HERE,
      userAgent: '',
    }),
  );
  for (let number = 0; number < 50; number++) await fail(1, `198.51.100.${number}`, owner);
  expect(await refusal(throttle.attempt(owner, '203.0.113.1', right))).toBeDefined();
  expect(await throttle.attempt(owner, HERE, right)).toBe('right');
});

it('stops who tries one password at many accounts', async () => {
  for (let number = 0; number < 60; number++) await fail(1, HERE, `victim-${number}@example.org`);
  expect(await refusal(throttle.attempt('victim-60@example.org', HERE, wrong))).toBeDefined();
  expect(await refusal(throttle.attempt('victim-60@example.org', '192.0.2.2', wrong))).toBeUndefined();
});

it('does not count what came to no end, nor what succeeded', async () => {
  const broken = () => Promise.reject(new Error('the database is away'));
  for (let time = 0; time < 100; time++)
    await expect(throttle.attempt(email, HERE, broken)).rejects.toThrow('away');
  for (let time = 0; time < 100; time++) expect(await throttle.attempt(email, HERE, right)).toBe('right');
});

it('goes on in memory while Redis is away', async () => {
  const away = openRedis({
    url: 'redis://127.0.0.1:1',
    commandTimeoutMs: 500,
    connectionName: 'spec',
    onError: () => undefined,
  });
  throttle = new SignInThrottle(away, new SessionStore(accounts.database));
  await fail(5);
  expect((await refusal(throttle.attempt(email, HERE, right)))?.retryAfterSeconds).toBeGreaterThan(20);
  expect(await throttle.attempt(email, '192.0.2.2', right)).toBe('right');
  away.disconnect();
});

it.each([
  [1, 30],
  [2, 60],
  [7, 1_920],
  [8, 3_600],
  [1_000_000, 3_600],
])('earns, for the %i. time, a pause of %i s', (times, seconds) => expect(pauseSeconds(times)).toBe(seconds));
