import type { Check, Lifecycle, Status } from './status.js';

/**
 * Folds the checks of one instance into its status.
 *
 * - A critical check that is unhealthy makes it unhealthy; one that is degraded, or unhealthy but not critical,
 *   makes it degraded; a critical check without a result leaves it unknown; without checks it is healthy.
 * - A draining instance is at worst degraded: it is leaving on purpose.
 * - A starting instance is unknown, not unhealthy, until its critical checks pass: a deployment is not an outage.
 * - A stopped instance is unknown.
 */
export function foldInstanceStatus(
  lifecycle: Lifecycle,
  checks: readonly Pick<Check, 'status' | 'critical'>[],
): Status {
  switch (lifecycle) {
    case 'ready':
      return foldChecks(checks);
    case 'draining': {
      const status = foldChecks(checks);
      return status === 'unhealthy' ? 'degraded' : status;
    }
    case 'starting': {
      const status = foldChecks(checks);
      return status === 'unhealthy' || checks.length === 0 ? 'unknown' : status;
    }
    case 'stopped':
      return 'unknown';
  }
}

function foldChecks(checks: readonly Pick<Check, 'status' | 'critical'>[]): Status {
  let folded: Status = 'healthy';
  for (const { status, critical } of checks) {
    if (status === 'unhealthy' && critical) return 'unhealthy';
    if (status === 'degraded' || status === 'unhealthy') folded = 'degraded';
    else if (status === 'unknown' && critical && folded === 'healthy') folded = 'unknown';
  }
  return folded;
}
