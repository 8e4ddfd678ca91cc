import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readPostmasterFile } from './postgres/postmaster-file.js';
import { startPostgres, type PostgresServer } from './postgres/start-postgres.js';
import { findCommandLine } from './processes/find-process.js';
import { pingRedis } from './redis/ping-redis.js';
import { startRedis, type RedisServer } from './redis/start-redis.js';

let directory: string;
const running: (PostgresServer | RedisServer)[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'binnacle-servers-'));
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()));
  rmSync(directory, { recursive: true });
});

const postgres = async (port?: number) => {
  const server = await startPostgres({
    dataDir: join(directory, 'postgres'),
    logFile: join(directory, 'postgres.log'),
    settings: { fsync: 'off' },
    ...(port === undefined ? {} : { port }),
  });
  running.push(server);
  return server;
};

const redis = async () => {
  const server = await startRedis({
    dataDir: join(directory, 'redis'),
    logFile: join(directory, 'redis.log'),
  });
  running.push(server);
  return server;
};

const postmaster = () => readPostmasterFile(join(directory, 'postgres', 'cluster'));

it(
  'PostgreSQL starts, stops in order, and finds its cluster and password again',
  { timeout: 60_000 },
  async () => {
    const first = await postgres();
    expect(postmaster()).toEqual({ pid: first.pid, isReady: true });
    await first.stop();
    expect(await first.exited).toEqual({ code: 0, signal: null });
    expect(postmaster()).toBeUndefined();

    const second = await postgres(first.port);
    expect(second.url).toBe(first.url);
    const log = readFileSync(join(directory, 'postgres.log'), 'utf8');
    expect(log).toContain('database system was shut down at');
    expect(log).not.toContain('not properly shut down');
  },
);

it('PostgreSQL comes back after its postmaster was killed', { timeout: 60_000 }, async () => {
  const first = await postgres();
  process.kill(first.pid, 'SIGKILL');
  expect(await first.exited).toEqual({ code: null, signal: 'SIGKILL' });
  const second = await postgres();
  expect(postmaster()).toEqual({ pid: second.pid, isReady: true });
  expect(readFileSync(join(directory, 'postgres.log'), 'utf8')).toContain('not properly shut down');
});

it('a start takes over from the servers that an earlier one left running', { timeout: 60_000 }, async () => {
  const leftPostgres = await postgres();
  const leftRedis = await redis();
  const [newPostgres, newRedis] = [await postgres(), await redis()];
  expect(await leftPostgres.exited).toEqual({ code: 0, signal: null });
  expect(await leftRedis.exited).toEqual({ code: 0, signal: null });
  expect(newPostgres.pid).not.toBe(leftPostgres.pid);
  expect(newRedis.pid).not.toBe(leftRedis.pid);
});

it(
  'PostgreSQL starts although its old process id is another server by now',
  { timeout: 60_000 },
  async () => {
    const other = await startPostgres({
      dataDir: join(directory, 'other'),
      logFile: join(directory, 'other.log'),
      settings: { fsync: 'off' },
    });
    running.push(other);
    const first = await postgres();
    const file = join(directory, 'postgres', 'cluster', 'postmaster.pid');
    const content = readFileSync(file, 'utf8');
    await first.stop();
    writeFileSync(file, content.replace(String(first.pid), String(other.pid)));
    const second = await postgres();
    expect(postmaster()).toEqual({ pid: second.pid, isReady: true });
    expect(findCommandLine(other.pid)).toContain(join(directory, 'other'));
  },
);

it('a PostgreSQL that cannot start tells why', { timeout: 60_000 }, async () => {
  const start = startPostgres({
    dataDir: join(directory, 'postgres'),
    logFile: join(directory, 'postgres.log'),
    settings: { no_such_setting: '1' },
  });
  await expect(start).rejects.toMatchObject({
    message: 'PostgreSQL did not start (exit code 1)',
    details: [expect.stringContaining('no_such_setting')],
  });
});

it(
  'Redis starts with its password, keeps its data, and answers nobody else',
  { timeout: 60_000 },
  async () => {
    const first = await redis();
    const password = new URL(first.url).password;
    expect(await pingRedis(first.port, password, 5_000)).toEqual({ kind: 'ready' });
    expect(await pingRedis(first.port, 'wrong', 5_000)).toMatchObject({ kind: 'refused' });
    await first.stop();
    expect(await first.exited).toEqual({ code: 0, signal: null });
    expect(existsSync(join(directory, 'redis', 'dump.rdb'))).toBe(true);
    const second = await redis();
    expect(new URL(second.url).password).toBe(password);
  },
);
