import type { InstanceCounts } from '@binnacle/domain';
import type { InstanceTransition, SweepOptions } from './health-store.js';
import type { InstanceReport } from './instance-report.js';

/** Why an instance changed by what it reported: the first check that weighs most, or its lifecycle. */
export function describeReport({ lifecycle, status, checks }: InstanceReport): string {
  if (lifecycle !== 'ready') return `the instance is ${lifecycle}`;
  const culprit =
    checks.find((check) => check.critical && check.status === status) ??
    checks.find((check) => check.status === 'unhealthy') ??
    checks.find((check) => check.status === status);
  if (status === 'healthy' || culprit === undefined) return `the instance reports ${status}`;
  const kind = culprit.critical ? 'critical check' : 'check';
  const message = culprit.message === undefined ? '' : `: ${culprit.message}`;
  return `${kind} ${culprit.name} is ${culprit.status}${message}`;
}

/** Why an instance changed by not reporting. */
export function describeSilence({ to }: InstanceTransition, options: SweepOptions): string {
  if (to === 'stopped') return 'went silent while draining';
  const afterMs = to === 'lost' ? options.lostAfterMs : options.unknownAfterMs;
  return `no report for ${afterMs / 1000} s`;
}

/** Why a service changed: how many of its instances are not healthy. */
export function describeCounts({ total, draining, ...states }: InstanceCounts): string {
  const instances = total - draining;
  if (instances === 0) return 'no instance is there';
  const parts = (['unhealthy', 'lost', 'degraded', 'unknown'] as const)
    .filter((state) => states[state] > 0)
    .map((state) => `${states[state]} ${state}`);
  const of = `of ${instances} ${instances === 1 ? 'instance' : 'instances'}`;
  return parts.length === 0 ? `${of}: all healthy` : `${of}: ${parts.join(', ')}`;
}
