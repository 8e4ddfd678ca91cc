import { describe, expect, it } from 'vitest';
import { readEnvironment } from './environment.js';

describe('readEnvironment', () => {
  it('has a default for everything', () => {
    expect(readEnvironment({}, '/srv')).toEqual({
      dataDirectory: '/srv/.binnacle',
      port: 7420,
      shutdownTimeoutMs: 30_000,
      adminToken: undefined,
      firstAdminEmail: 'admin@binnacle.local',
      firstAdminPassword: undefined,
      secretsKey: undefined,
      databaseUrl: undefined,
      redisUrl: undefined,
    });
  });

  it('prefers its own variables to the general ones, and takes an empty one as unset', () => {
    const environment = readEnvironment(
      {
        DATABASE_URL: 'postgres://general/db',
        BINNACLE_DATABASE_URL: 'postgresql://own/db',
        REDIS_URL: 'redis://general:6379',
        BINNACLE_REDIS_URL: '',
        BINNACLE_DATA_DIR: 'data',
      },
      '/srv',
    );
    expect(environment).toMatchObject({
      databaseUrl: 'postgresql://own/db',
      redisUrl: 'redis://general:6379',
      dataDirectory: '/srv/data',
    });
  });

  it.each([
    [{ BINNACLE_PORT: 'http' }, 'BINNACLE_PORT is "http": it must be a whole number from 0 to 65535'],
    [{ BINNACLE_PORT: '65536' }, 'BINNACLE_PORT is "65536"'],
    [{ BINNACLE_PORT: '1e3' }, 'BINNACLE_PORT is "1e3"'],
    [{ BINNACLE_SHUTDOWN_TIMEOUT_MS: '-1' }, 'BINNACLE_SHUTDOWN_TIMEOUT_MS is "-1"'],
    [
      { DATABASE_URL: 'mysql://x' },
      'DATABASE_URL must be a URL that begins with postgres:// or postgresql://',
    ],
    [
      { BINNACLE_REDIS_URL: 'localhost' },
      'BINNACLE_REDIS_URL must be a URL that begins with redis:// or rediss://',
    ],
    [{ BINNACLE_ADMIN_TOKEN: 'two words' }, 'BINNACLE_ADMIN_TOKEN must be printable ASCII without blanks'],
    [{ BINNACLE_SECRETS_KEY: 'c2hvcnQ=' }, 'BINNACLE_SECRETS_KEY must be 32 bytes in base64'],
  ])('refuses %j', (variables, message) => {
    expect(() => readEnvironment(variables, '/srv')).toThrow(message);
  });

  it('takes several keys of secrets with their ids', () => {
    const key = Buffer.alloc(32, 7).toString('base64');
    const ring = `2026:${key}, 2025:${key}`;
    expect(readEnvironment({ BINNACLE_SECRETS_KEY: ring }, '/srv').secretsKey).toBe(ring);
    expect(() => readEnvironment({ BINNACLE_SECRETS_KEY: `${ring},x:short` }, '/srv')).toThrow('32 bytes');
  });

  it('does not repeat a refused URL, which may hold a password', () => {
    expect(() => readEnvironment({ DATABASE_URL: 'http://user:hunter2@host' }, '/srv')).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('hunter2') }),
    );
  });
});
