import { type Job, WaitingError } from 'bullmq';

/** How long a job that was told to stop may take to do so before it is handed back without it. */
const OBEY_MS = 1_000;

/**
 * Does the work of a job and, when it is aborted before it is done, gives the job back to the queue: it is first in
 * line for the next worker and has lost no attempt. Work that does not stop when told is handed back all the same, for
 * the process is about to end; so what a job does must have its effect once even if it runs twice.
 */
export async function handBackOnAbort<Data, Result>(
  job: Job<Data, Result>,
  token: string | undefined,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  if (token === undefined || signal === undefined)
    throw new Error('a job is run by a worker, with token and signal');
  const stopWaiting = new AbortController();
  try {
    return await Promise.race([work(signal), disobedience(signal, stopWaiting.signal)]);
  } catch (error) {
    if (!signal.aborted) throw error;
    await job.moveToWait(token);
    throw new WaitingError('handed back to the queue: this worker stops');
  } finally {
    stopWaiting.abort();
  }
}

/** Rejects when the work has been told to stop and did not. */
function disobedience(signal: AbortSignal, isOver: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const aborted = (): void => {
      timer = setTimeout(() => reject(new Error('the job did not stop when told to')), OBEY_MS);
    };
    signal.addEventListener('abort', aborted, { once: true });
    isOver.addEventListener('abort', () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', aborted);
    });
    if (signal.aborted) aborted();
  });
}
