import type { BreakerPolicy } from './breaker-policy.js';

/** Calls that one source finished within one second of the clock that is passed to the circuit. */
export type CallBucket = {
  second: number;
  calls: number;
  failures: number;
  /** Failures in a row at the end of the bucket; equals `failures` when no success came after the first one. */
  trailingFailures: number;
};

/** What one source (an instance) has counted since its last report, oldest bucket first. */
export type CallReport = { source: string; buckets: readonly CallBucket[] };

/** Calls of all sources within one second. */
export type WindowBucket = { second: number; calls: number; failures: number };

/** A source that failed lately. `streak` is its failures in a row so far. */
export type FailingSource = { source: string; lastFailureSecond: number; streak: number };

export type CallWindow = {
  /** Calls from before this second say nothing any more: the circuit was not closed then. 0 takes all. */
  fromSecond: number;
  /** At most one a second, oldest first. */
  buckets: readonly WindowBucket[];
  sources: readonly FailingSource[];
};

/** Bounds the stored state; the source whose last failure is oldest goes first. */
export const MAX_SOURCES = 1_000;

/** A bucket may be this far ahead of the clock (agents and processes disagree a little); it counts as now. */
export const MAX_AHEAD_SECONDS = 2;

/** A streak outlives the window so that rare calls can trip too, and ends after this long without a failure. */
export const STREAK_MEMORY_SECONDS = 300;

export function emptyWindow(fromSecond: number): CallWindow {
  return { fromSecond, buckets: [], sources: [] };
}

/** Adds a report, dropping what is out of date. The same window comes back when no bucket of it counts. */
export function addToWindow(
  window: CallWindow,
  policy: BreakerPolicy,
  report: CallReport,
  nowSecond: number,
): CallWindow {
  // A start in the future means that the clock went back: it must not silence the breaker until then.
  const fromSecond = window.fromSecond > nowSecond + MAX_AHEAD_SECONDS ? 0 : window.fromSecond;
  const counted = report.buckets.filter(
    ({ second, calls }) =>
      calls > 0 && second >= fromSecond && isWithin(second, nowSecond, policy.windowSeconds),
  );
  if (counted.length === 0) return window;

  const buckets = window.buckets.filter(({ second }) => isWithin(second, nowSecond, policy.windowSeconds));
  for (const bucket of counted) addBucket(buckets, bucket, nowSecond);
  return {
    fromSecond,
    buckets,
    sources: addToSources(window.sources, policy, report.source, counted, nowSecond),
  };
}

/** Calls and failures of all sources within the window. */
export function windowTotals(
  window: CallWindow,
  policy: BreakerPolicy,
  nowSecond: number,
): { calls: number; failures: number } {
  let calls = 0;
  let failures = 0;
  for (const bucket of window.buckets) {
    if (!isWithin(bucket.second, nowSecond, policy.windowSeconds)) continue;
    calls += bucket.calls;
    failures += bucket.failures;
  }
  return { calls, failures };
}

/** Whether a second lies within the last `seconds` full ones or the current one, which has only begun. */
export function isWithin(second: number, nowSecond: number, seconds: number): boolean {
  return second >= nowSecond - seconds && second <= nowSecond + MAX_AHEAD_SECONDS;
}

function addBucket(buckets: WindowBucket[], bucket: CallBucket, nowSecond: number): void {
  const second = Math.min(bucket.second, nowSecond);
  const failures = Math.min(bucket.failures, bucket.calls);
  const index = buckets.findLastIndex((earlier) => earlier.second <= second);
  const found = buckets[index];
  if (found?.second === second) {
    buckets[index] = { second, calls: found.calls + bucket.calls, failures: found.failures + failures };
  } else {
    buckets.splice(index + 1, 0, { second, calls: bucket.calls, failures });
  }
}

function addToSources(
  sources: readonly FailingSource[],
  policy: BreakerPolicy,
  source: string,
  buckets: readonly CallBucket[],
  nowSecond: number,
): readonly FailingSource[] {
  const memorySeconds = sourceMemorySeconds(policy);
  const isRemembered = (entry: FailingSource) => isWithin(entry.lastFailureSecond, nowSecond, memorySeconds);
  const remembered = sources.every(isRemembered) ? sources : sources.filter(isRemembered);

  const index = remembered.findIndex((entry) => entry.source === source);
  const found = remembered[index];
  let streak = found?.streak ?? 0;
  let lastFailureSecond = found?.lastFailureSecond ?? null;
  for (const bucket of buckets) {
    const allFailed = bucket.failures >= bucket.calls;
    streak = allFailed ? streak + bucket.calls : Math.min(bucket.trailingFailures, bucket.failures);
    if (bucket.failures > 0) {
      lastFailureSecond = Math.max(lastFailureSecond ?? 0, Math.min(bucket.second, nowSecond));
    }
  }

  if (lastFailureSecond === null) return remembered;
  const entry = { source, lastFailureSecond, streak };
  if (found !== undefined) return remembered.with(index, entry);
  return [...(remembered.length < MAX_SOURCES ? remembered : withoutOldest(remembered)), entry];
}

function sourceMemorySeconds(policy: BreakerPolicy): number {
  return policy.consecutiveFailures === null
    ? policy.windowSeconds
    : Math.max(policy.windowSeconds, STREAK_MEMORY_SECONDS);
}

function withoutOldest(sources: readonly FailingSource[]): FailingSource[] {
  let oldest = 0;
  sources.forEach((entry, index) => {
    if (entry.lastFailureSecond < (sources[oldest]?.lastFailureSecond ?? 0)) oldest = index;
  });
  return sources.toSpliced(oldest, 1);
}
