import { setTimeout as delay } from 'node:timers/promises';
import { Worker, type Job } from 'bullmq';
import pg from 'pg';
import { pino } from 'pino';
import { openQueueConnection, QUEUE_PREFIX } from '@binnacle/store';
import { stopInOrder } from '@binnacle/runtime';
import { drainWorkers, handBackOnAbort } from '@binnacle/worker';

/**
 * A worker process with one kind of job, for the story beside. A job does its effect, and then lasts until the row of
 * its gate is there; a job named `deaf` does not listen when it is told to stop.
 */
const { DRAIN_DATABASE_URL, DRAIN_REDIS_URL = '', DRAIN_QUEUE = '', DRAIN_ABORT_AFTER_MS } = process.env;
const ONE_EFFECT = `
  with done as (insert into finished_jobs (job) values ($1) on conflict do nothing returning job)
  update account set balance = balance + (select count(*) from done)`;

const database = new pg.Pool({ connectionString: DRAIN_DATABASE_URL, max: 3 });
const connection = openQueueConnection({
  url: DRAIN_REDIS_URL,
  connectionName: 'worker-drain',
  onError: (error) => process.stderr.write(`${error.message}\n`),
});

async function isGateOpen(job: string): Promise<boolean> {
  const { rowCount } = await database.query('select 1 from gates where job = $1', [job]);
  return rowCount === 1;
}

async function work({ name, id = '' }: Job, signal: AbortSignal): Promise<void> {
  await database.query('insert into started_jobs (job, pid) values ($1, $2)', [id, process.pid]);
  await database.query(ONE_EFFECT, [id]);
  while (!(await isGateOpen(id))) {
    if (name !== 'deaf') signal.throwIfAborted();
    await delay(10);
  }
}

const worker = new Worker(
  DRAIN_QUEUE,
  (job: Job, token?: string, signal?: AbortSignal) =>
    handBackOnAbort(job, token, signal, (told) => work(job, told)),
  { connection, prefix: QUEUE_PREFIX, lockDuration: 2_000, stalledInterval: 500 },
);
worker.on('error', (error) => process.stderr.write(`${error.message}\n`));

const abortAfterMs = Number(DRAIN_ABORT_AFTER_MS);
stopInOrder({
  timeoutMs: abortAfterMs + 10_000,
  withParent: true,
  logger: pino({ level: 'warn' }),
  stop: async () => {
    process.stdout.write('stopping\n');
    const outcome = await drainWorkers([worker], { abortAfterMs, giveUpAfterMs: abortAfterMs + 5_000 });
    process.stdout.write(`${outcome}\n`);
    connection.disconnect();
    await database.end();
  },
});
