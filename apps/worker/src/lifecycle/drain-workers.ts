import type { Worker } from 'bullmq';

/** The part of a BullMQ worker that draining needs. */
export type DrainableWorker = Pick<Worker, 'close' | 'cancelAllJobs'>;

/**
 * Takes no more jobs and waits for those that run; after `abortAfterMs` their signals fire, and they go back to the
 * queue (`handBackOnAbort`). BullMQ itself waits for ever, so whoever calls this has a deadline of its own.
 *
 * Resolves, when all workers are closed, to whether jobs had to be aborted.
 */
export async function drainWorkers(workers: readonly DrainableWorker[], abortAfterMs: number): Promise<boolean> {
  let hasAborted = false;
  const timer = setTimeout(() => {
    hasAborted = true;
    for (const worker of workers) worker.cancelAllJobs('this worker stops');
  }, abortAfterMs);
  try {
    await Promise.all(workers.map((worker) => worker.close()));
  } finally {
    clearTimeout(timer);
  }
  return hasAborted;
}
