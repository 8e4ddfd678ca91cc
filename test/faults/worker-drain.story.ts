import { fork, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Queue } from 'bullmq';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { openQueueConnection, QUEUE_PREFIX, type Redis } from '@binnacle/store';

const SCRIPT = fileURLToPath(new URL('worker-drain.process.ts', import.meta.url));
const SOON = { timeout: 20_000, interval: 25 };
const LONG_MS = 60_000;

const name = `drain_${randomBytes(6).toString('hex')}`;
const serverUrl = inject('postgresUrl');
const databaseUrl = Object.assign(new URL(serverUrl), { pathname: `/${name}` }).href;
const redisUrl = inject('redisUrl');
const started: WorkerProcess[] = [];
let database: pg.Pool;
let connection: Redis;
let queue: Queue;

interface WorkerProcess {
  readonly child: ChildProcess;
  readonly output: string[];
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

beforeAll(async () => {
  await onServer(`create database ${name}`);
  database = new pg.Pool({ connectionString: databaseUrl, max: 3 });
  await database.query(`
    create table started_jobs (job text, pid int);
    create table finished_jobs (job text primary key);
    create table gates (job text primary key);
    create table account (balance bigint);`);
  const onError = () => undefined;
  connection = openQueueConnection({ url: redisUrl, connectionName: 'worker-drain-story', onError });
});

afterAll(async () => {
  connection.disconnect();
  await database.end();
  await onServer(`drop database ${name} with (force)`);
});

beforeEach(async () => {
  await database.query('truncate started_jobs, finished_jobs, gates, account');
  await database.query('insert into account values (0)');
  queue = new Queue(`drain-${randomBytes(4).toString('hex')}`, { connection, prefix: QUEUE_PREFIX });
});

afterEach(async () => {
  for (const { child } of started.splice(0)) child.kill('SIGKILL');
  await queue.obliterate({ force: true });
  await queue.close();
});

async function onServer(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  await client.query(sql);
  await client.end();
}

function startWorker(abortAfterMs: number): WorkerProcess {
  const env = {
    ...process.env,
    DRAIN_DATABASE_URL: databaseUrl,
    DRAIN_REDIS_URL: redisUrl,
    DRAIN_QUEUE: queue.name,
    DRAIN_ABORT_AFTER_MS: String(abortAfterMs),
  };
  const child = fork(SCRIPT, { env, execArgv: [], silent: true });
  const output: string[] = [];
  child.stdout?.on('data', (data: Buffer) => output.push(...data.toString().split('\n')));
  child.stderr?.pipe(process.stderr);
  const exited = once(child, 'exit').then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
  }));
  const worker = { child, output, exited };
  started.push(worker);
  return worker;
}

async function add(jobName: string, jobId: string): Promise<void> {
  await queue.add(jobName, {}, { jobId, attempts: 1, removeOnComplete: false });
}

async function openGates(...jobs: string[]): Promise<void> {
  await database.query('insert into gates select unnest($1::text[])', [jobs]);
}

async function runs(job: string): Promise<number> {
  const { rows } = await database.query<{ runs: number }>(
    'select count(*)::int as runs from started_jobs where job = $1',
    [job],
  );
  return rows[0]?.runs ?? 0;
}

async function balance(): Promise<number> {
  const { rows } = await database.query<{ balance: string }>('select balance from account');
  return Number(rows[0]?.balance);
}

async function expectCompleted(...jobs: string[]): Promise<void> {
  await expect
    .poll(async () => (await queue.getCompleted()).map(({ id }) => id).toSorted(), SOON)
    .toEqual(jobs);
  expect(await balance()).toBe(jobs.length);
  for (const id of jobs) expect((await queue.getJob(id))?.attemptsMade).toBe(1);
}

describe('a worker that is stopped in the middle of a job', () => {
  test('finishes the job within its time, takes no other, and leaves the others to the next worker', async () => {
    const first = startWorker(LONG_MS);
    await add('slow', 'j1');
    await expect.poll(() => runs('j1'), SOON).toBe(1);
    await add('slow', 'j2');
    first.child.kill('SIGTERM');
    await expect.poll(() => first.output, SOON).toContain('stopping');
    await openGates('j1', 'j2');
    expect(await first.exited).toEqual({ code: 0, signal: null });
    expect(first.output).toContain('finished');
    expect(await runs('j2')).toBe(0);

    startWorker(LONG_MS);
    await expectCompleted('j1', 'j2');
    expect([await runs('j1'), await runs('j2')]).toEqual([1, 1]);
  });

  test.each(['slow', 'deaf'])(
    'hands a %s job back when its time is over, and no attempt is lost',
    async (kind) => {
      const first = startWorker(100);
      await add(kind, 'j1');
      await expect.poll(() => runs('j1'), SOON).toBe(1);
      first.child.kill('SIGTERM');
      expect(await first.exited).toEqual({ code: 0, signal: null });
      expect(first.output).toContain('handed back');
      expect(await queue.getJobCounts('waiting', 'active', 'failed')).toEqual({
        waiting: 1,
        active: 0,
        failed: 0,
      });
      expect((await queue.getJob('j1'))?.attemptsMade).toBe(0);

      startWorker(LONG_MS);
      await openGates('j1');
      await expectCompleted('j1');
      expect(await runs('j1')).toBe(2);
    },
  );

  test('is killed before it could hand the job back: another worker does it, and its effect is there once', async () => {
    const first = startWorker(LONG_MS);
    await add('slow', 'j1');
    await expect.poll(balance, SOON).toBe(1);
    await add('slow', 'j2');
    first.child.kill('SIGTERM');
    await expect.poll(() => first.output, SOON).toContain('stopping');
    first.child.kill('SIGKILL');
    expect(await first.exited).toEqual({ code: null, signal: 'SIGKILL' });

    startWorker(LONG_MS);
    await openGates('j1', 'j2');
    await expectCompleted('j1', 'j2');
    expect([await runs('j1'), await runs('j2')]).toEqual([2, 1]);
  });

  test('ends at once at the second signal', async () => {
    const first = startWorker(LONG_MS);
    await add('slow', 'j1');
    await expect.poll(() => runs('j1'), SOON).toBe(1);
    first.child.kill('SIGTERM');
    await expect.poll(() => first.output, SOON).toContain('stopping');
    first.child.kill('SIGTERM');
    expect(await first.exited).toEqual({ code: 1, signal: null });
  });

  test('stops in order when its parent has gone', async () => {
    const first = startWorker(LONG_MS);
    await add('slow', 'j1');
    await openGates('j1');
    await expectCompleted('j1');
    first.child.disconnect();
    expect(await first.exited).toEqual({ code: 0, signal: null });
  });
});
