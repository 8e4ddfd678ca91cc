import type { Lifecycle, Status } from './status.js';

/** The bucket that an instance falls into when the instances of a service are counted. */
export const INSTANCE_STATES = ['healthy', 'degraded', 'unhealthy', 'unknown', 'lost', 'draining'] as const;
export type InstanceState = (typeof INSTANCE_STATES)[number];

/** How many instances of a service are in each state; `total` is their sum. */
export type InstanceCounts = Record<InstanceState, number> & { total: number };

/**
 * The one state that an instance is counted under, or null when it is not counted because it has stopped.
 * `lost` says that no report has come from it for too long; a draining instance is never lost.
 */
export function countedAs(
  lifecycle: Lifecycle,
  status: Status,
  seen = { lost: false },
): InstanceState | null {
  switch (lifecycle) {
    case 'draining':
      return 'draining';
    case 'stopped':
      return null;
    case 'starting':
    case 'ready':
      return seen.lost ? 'lost' : status;
  }
}

/** Counts states, skipping instances that are not counted. `countInstances([])` is all zeros. */
export function countInstances(states: Iterable<InstanceState | null>): InstanceCounts {
  const counts = { total: 0, healthy: 0, degraded: 0, unhealthy: 0, unknown: 0, lost: 0, draining: 0 };
  for (const state of states) {
    if (state === null) continue;
    counts[state] += 1;
    counts.total += 1;
  }
  return counts;
}
