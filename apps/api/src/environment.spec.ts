import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { readEnvironment } from './environment.js';

const LEAST = {
  DATABASE_URL: 'postgres://u:p@db/binnacle',
  REDIS_URL: 'redis://cache',
  BINNACLE_ADMIN_TOKEN: randomBytes(16).toString('hex'),
  BINNACLE_SECRETS_KEY: randomBytes(32).toString('base64'),
};

test('has defaults for all but the addresses and the secrets', () => {
  expect(readEnvironment(LEAST)).toMatchObject({
    adminToken: LEAST.BINNACLE_ADMIN_TOKEN,
    secretsKey: LEAST.BINNACLE_SECRETS_KEY,
    metricsToken: undefined,
    front: { publicUrl: undefined, corsOrigins: [], trustedProxies: [] },
  });
});

test('reads lists with their blanks', () => {
  const { front } = readEnvironment({
    ...LEAST,
    BINNACLE_TRUSTED_PROXIES: '10.0.0.0/8, ::1,',
    BINNACLE_CORS_ORIGINS: 'https://one.example, http://localhost:5173',
    BINNACLE_RATE_PER_TOKEN: '0',
  });
  expect(front.trustedProxies).toEqual(['10.0.0.0/8', '::1']);
  expect(front.corsOrigins).toEqual(['https://one.example', 'http://localhost:5173']);
  expect(front.ratePerToken).toBe(0);
});

test('takes none for an admin token when that is said, and in standalone', () => {
  expect(readEnvironment({ ...LEAST, BINNACLE_ADMIN_TOKEN: 'disabled' }).adminToken).toBeUndefined();
  const standalone = { ...LEAST, BINNACLE_ADMIN_TOKEN: undefined, BINNACLE_STANDALONE: '1' };
  expect(readEnvironment(standalone).adminToken).toBeUndefined();
});

test('takes any admin token that is long enough in standalone', () => {
  const given = { ...LEAST, BINNACLE_ADMIN_TOKEN: 'letmein-please-admin', BINNACLE_STANDALONE: '1' };
  expect(readEnvironment(given).adminToken).toBe('letmein-please-admin');
  expect(() => readEnvironment({ ...given, BINNACLE_ADMIN_TOKEN: 'short' })).toThrow('must have 16');
});

test.each([
  ['BINNACLE_ADMIN_TOKEN', undefined],
  ['BINNACLE_ADMIN_TOKEN', ''],
  ['BINNACLE_ADMIN_TOKEN', 'letmein-please-admin'],
  ['BINNACLE_SECRETS_KEY', undefined],
  ['BINNACLE_SECRETS_KEY', 'hunter2-hunter2'],
  ['BINNACLE_METRICS_TOKEN', 'short-one'],
])('refuses %s when it is %s, says how to make one, and does not repeat it', (variable, value) => {
  const read = () => readEnvironment({ ...LEAST, [variable]: value });
  expect(read).toThrow(new RegExp(`^[^\\n]*${variable} [^\\n]*openssl rand -base64 32[^\\n]*$`));
  if (value) expect(read).not.toThrow(value);
});

test.each([
  [{ DATABASE_URL: undefined }, 'BINNACLE_DATABASE_URL: is missing. Set it, or DATABASE_URL, to a URL such'],
  [{ DATABASE_URL: 'http://u:hunter2@db' }, 'BINNACLE_DATABASE_URL: must be a URL such as postgres://'],
  [
    { REDIS_URL: undefined },
    'BINNACLE_REDIS_URL: is missing. Set it, or REDIS_URL, to a URL such as redis://',
  ],
  [{ BINNACLE_MIGRATION_DATABASE_URL: 'x' }, 'BINNACLE_MIGRATION_DATABASE_URL: must be a URL'],
  [{ BINNACLE_PUBLIC_URL: 'binnacle' }, 'BINNACLE_PUBLIC_URL: must be a URL such as https://'],
  [{ BINNACLE_PORT: 'http' }, 'BINNACLE_PORT: must be a number'],
  [{ BINNACLE_PORT: '65536' }, 'BINNACLE_PORT: must be at most 65535'],
  [{ BINNACLE_LOG_LEVEL: 'loud' }, 'BINNACLE_LOG_LEVEL: must be one of "fatal", "error"'],
  [{ BINNACLE_STANDALONE: 'maybe' }, 'BINNACLE_STANDALONE: must be one of "true"'],
])('says of %j in words of our own what would be right', (change, message) => {
  const read = () => readEnvironment({ ...LEAST, ...change });
  expect(read).toThrow(message);
  expect(read).not.toThrow(/Invalid|received|hunter2|;/);
});

test('names everything that is wrong at once', () => {
  expect(() => readEnvironment({})).toThrow(
    /BINNACLE_SECRETS_KEY .*BINNACLE_ADMIN_TOKEN .*BINNACLE_DATABASE_URL: .*BINNACLE_REDIS_URL: /,
  );
});

test.each([
  ['BINNACLE_CORS_ORIGINS', '*'],
  ['BINNACLE_CORS_ORIGINS', 'https://one.example/path'],
  ['BINNACLE_CORS_ORIGINS', 'one.example'],
  ['BINNACLE_TRUSTED_PROXIES', 'everybody'],
  ['BINNACLE_TRUSTED_PROXIES', '0.0.0.0/0'],
  ['BINNACLE_TRUSTED_PROXIES', '10.0.0.0/33'],
  ['BINNACLE_RATE_PER_ADDRESS', '-1'],
  ['BINNACLE_PUBLIC_URL', 'ftp://binnacle.example'],
])('refuses %s when it is %s', (variable, value) => {
  expect(() => readEnvironment({ ...LEAST, [variable]: value })).toThrow(`${variable}: `);
});
