import type { Pair } from '../pair.js';
import { workspaceKey } from '../workspace-key.js';

/** A plain set of pairs that have instances: what there is to sweep, in all workspaces. */
export const PAIRS_KEY = 'binnacle:health:pairs';

export function summaryKey(pair: Pair): string {
  return workspaceKey(pair, 'health', 'summary');
}

/**
 * The keys of a pair, in the order in which the scripts number them:
 * 1 state: id → what counting needs; 2 detail: id → the rest, JSON; 3 rejected: id → JSON; 4 summary: counts and
 * service status; 5 live, 6 quiet, 7 lost, 8 stopped: id by time last seen, each instance in exactly one;
 * 9 ids: all of them in order, for lists.
 */
export function healthKeys(pair: Pair): string[] {
  return ['state', 'detail', 'rejected', 'summary', 'live', 'quiet', 'lost', 'stopped', 'ids'].map((part) =>
    workspaceKey(pair, 'health', part),
  );
}

/** The reverse of `pairKey`. */
export function parsePairKey(key: string): Pair | undefined {
  const [workspaceId, service, environment, ...rest] = key.split('/');
  if (!workspaceId || !service || !environment || rest.length > 0) return undefined;
  return { workspaceId, service, environment };
}
