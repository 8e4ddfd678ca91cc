import type { InstanceBody } from '@binnacle/contracts';

/** Of "revision: how many instances run it": `r7`, `r6 and r7`, `r3 to r9`. Empty when nobody has said what he runs. */
export function describeRevisions(revisions: Readonly<Record<string, number>>): string {
  const numbers = Object.keys(revisions)
    .map(Number)
    .filter((revision) => Number.isInteger(revision) && (revisions[revision] ?? 0) > 0)
    .sort((a, b) => a - b);
  const [first, second] = numbers;
  const last = numbers.at(-1);
  if (first === undefined || last === undefined) return '';
  if (second === undefined) return `r${first}`;
  return numbers.length === 2 ? `r${first} and r${second}` : `r${first} to r${last}`;
}

/** How the instances stand to the revision that all of them should run. Every one counts in exactly one. */
export interface RunningRevisions {
  readonly total: number;
  readonly live: readonly InstanceBody[];
  /** Run another revision, and have not refused this one. */
  readonly stale: readonly InstanceBody[];
  readonly rejected: readonly InstanceBody[];
  /** Have not said yet that they run anything. */
  readonly waiting: readonly InstanceBody[];
  /** Not heard of any more: they count in none of the others. */
  readonly lost: readonly InstanceBody[];
}

export type InstanceStand = 'live' | 'stale' | 'rejected' | 'waiting' | 'lost';

export function standOf(instance: InstanceBody, liveRevision: number | null): InstanceStand {
  if (instance.lifecycle === 'lost') return 'lost';
  if (instance.rejected !== undefined && instance.rejected.revision === liveRevision) return 'rejected';
  if (instance.revision === null) return 'waiting';
  return instance.revision === liveRevision ? 'live' : 'stale';
}

export function foldRunning(
  instances: readonly InstanceBody[],
  liveRevision: number | null,
): RunningRevisions {
  const stands = (wanted: InstanceStand) =>
    instances.filter((instance) => standOf(instance, liveRevision) === wanted);
  const lost = stands('lost');
  return {
    total: instances.length - lost.length,
    live: stands('live'),
    stale: stands('stale'),
    rejected: stands('rejected'),
    waiting: stands('waiting'),
    lost,
  };
}

/** The reasons of rejections, most frequent first, each once. */
export function rejectionReasons(rejected: readonly InstanceBody[]): string[] {
  const counts = new Map<string, number>();
  for (const { rejected: refusal } of rejected)
    if (refusal !== undefined) counts.set(refusal.reason, (counts.get(refusal.reason) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a).map(([reason]) => reason);
}
