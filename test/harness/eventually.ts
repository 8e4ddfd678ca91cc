import { setTimeout as delay } from 'node:timers/promises';

export interface EventuallyOptions {
  /** Default 10,000. */
  readonly timeoutMs?: number;
  readonly intervalMs?: number;
}

/**
 * Tries until the attempt no longer throws, and gives what it gave. After the time is up it throws what the last
 * attempt threw. An attempt that hangs is not ended: give it a time limit of its own.
 */
export async function eventually<Result>(
  attempt: () => Result | Promise<Result>,
  { timeoutMs = 10_000, intervalMs = 25 }: EventuallyOptions = {},
): Promise<Result> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() > deadline) throw error;
    }
    await delay(intervalMs);
  }
}

/** Rejects, with `what` in its message, when the promise has not settled in time. */
export async function within<Result>(
  timeoutMs: number,
  what: string,
  promise: Promise<Result>,
): Promise<Result> {
  const timer = new AbortController();
  const late = delay(timeoutMs, undefined, { signal: timer.signal }).then(
    () => Promise.reject(new Error(`${what} took more than ${timeoutMs} ms`)),
    () => new Promise<never>(() => {}),
  );
  try {
    return await Promise.race([promise, late]);
  } finally {
    timer.abort();
  }
}
