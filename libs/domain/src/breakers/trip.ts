import type { BreakerPolicy } from './breaker-policy.js';
import { isWithin, windowTotals, type CallWindow } from './call-window.js';

/** Why a circuit opened. */
export type Trip =
  | { cause: 'consecutive_failures'; failures: number; instances: number }
  | { cause: 'failure_rate'; percent: number; calls: number; windowSeconds: number; instances: number }
  | { cause: 'trial_failed'; source: string }
  | { cause: 'trial_unreported'; source: string };

/**
 * The rule that the window breaks, or null.
 *
 * Failures in a row are counted per source and never across sources: reports come in batches, so the order of calls
 * of different sources is not known. The rule holds when `minimumInstances` sources each have such a streak. For the
 * failure rate, over all calls of all sources, `minimumInstances` sources must have failed within the window.
 */
export function findTrip(window: CallWindow, policy: BreakerPolicy, nowSecond: number): Trip | null {
  const { consecutiveFailures, failureRateThreshold, minimumInstances, windowSeconds } = policy;

  if (consecutiveFailures !== null) {
    const agreeing = window.sources.filter(({ streak }) => streak >= consecutiveFailures);
    if (agreeing.length > 0 && agreeing.length >= minimumInstances) {
      const failures = Math.min(...agreeing.map(({ streak }) => streak));
      return { cause: 'consecutive_failures', failures, instances: agreeing.length };
    }
  }

  if (failureRateThreshold !== null) {
    const { calls, failures } = windowTotals(window, policy, nowSecond);
    if (failures === 0 || calls < policy.minimumCalls) return null;
    if (failures * 100 < failureRateThreshold * calls) return null;
    const agreeing = window.sources.filter(({ lastFailureSecond }) =>
      isWithin(lastFailureSecond, nowSecond, windowSeconds),
    );
    if (agreeing.length < minimumInstances) return null;
    const percent = Math.floor((failures * 100) / calls);
    return { cause: 'failure_rate', percent, calls, windowSeconds, instances: agreeing.length };
  }

  return null;
}

/** A trip in words, such as `failure rate 62 % of 45 calls in 10 s, seen by 3 instances`. */
export function describeTrip(trip: Trip): string {
  switch (trip.cause) {
    case 'consecutive_failures':
      return `${trip.failures} ${plural('failure', trip.failures)} in a row, seen by ${instances(trip.instances)}`;
    case 'failure_rate':
      return (
        `failure rate ${trip.percent} % of ${trip.calls} ${plural('call', trip.calls)} ` +
        `in ${trip.windowSeconds} s, seen by ${instances(trip.instances)}`
      );
    case 'trial_failed':
      return `trial call of ${trip.source} failed`;
    case 'trial_unreported':
      return `trial call of ${trip.source} was never reported`;
  }
}

function instances(count: number): string {
  return `${count} ${plural('instance', count)}`;
}

function plural(word: string, count: number): string {
  return count === 1 ? word : `${word}s`;
}
