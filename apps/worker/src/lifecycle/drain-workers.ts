import { setTimeout as delay } from 'node:timers/promises';
import type { Worker } from 'bullmq';

/** The part of a BullMQ worker that draining needs. */
export type DrainableWorker = Pick<Worker, 'close' | 'cancelAllJobs'>;

export interface DrainOptions {
  /** When running jobs are told to stop: their signals fire, and they go back to the queue (`handBackOnAbort`). */
  readonly abortAfterMs: number;
  /** When workers that are still not closed are left to themselves: BullMQ waits for ever, above all without Redis. */
  readonly giveUpAfterMs: number;
}

/** What became of the jobs that ran: all finished, some handed back, or not known. */
export type DrainOutcome = 'finished' | 'handed back' | 'given up';

/** Takes no more jobs, and waits for those that run until they must go back to the queue. */
export async function drainWorkers(
  workers: readonly DrainableWorker[],
  options: DrainOptions,
): Promise<DrainOutcome> {
  const isOver = new AbortController();
  let hasAborted = false;
  const abortTimer = setTimeout(() => {
    hasAborted = true;
    for (const worker of workers) worker.cancelAllJobs('this worker stops');
  }, options.abortAfterMs);
  const closed = Promise.all(workers.map((worker) => worker.close())).then(() => true);
  const givenUp = delay(options.giveUpAfterMs, false, { signal: isOver.signal });
  try {
    const isClosed = await Promise.race([closed, givenUp]);
    if (!isClosed) return 'given up';
    return hasAborted ? 'handed back' : 'finished';
  } finally {
    clearTimeout(abortTimer);
    givenUp.catch(() => undefined);
    isOver.abort();
  }
}
