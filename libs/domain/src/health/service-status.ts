import type { InstanceCounts } from './instance-counts.js';
import type { Status } from './status.js';

/**
 * When a service counts as degraded or unhealthy: percent (0 to 100) of its instances that are not draining.
 * A threshold is met when the share reaches it and at least one instance is affected, so 0 means "any instance".
 */
export type ServiceThresholds = {
  /** Share of instances that are anything but healthy. */
  degradedPercent: number;
  /** Share of instances that are unhealthy or lost. */
  unhealthyPercent: number;
};

export const DEFAULT_SERVICE_THRESHOLDS: ServiceThresholds = { degradedPercent: 0, unhealthyPercent: 50 };

/**
 * Folds the instances of a service in one environment into its status. Draining instances have no say, a lost
 * instance weighs as an unhealthy one, and where nothing is known about any instance the service is unknown.
 */
export function foldServiceStatus(
  counts: Omit<InstanceCounts, 'total' | 'draining'>,
  thresholds: ServiceThresholds = DEFAULT_SERVICE_THRESHOLDS,
): Status {
  const down = counts.unhealthy + counts.lost;
  const notHealthy = down + counts.degraded + counts.unknown;
  const instances = notHealthy + counts.healthy;

  if (instances === 0 || counts.unknown === instances) return 'unknown';
  if (reaches(thresholds.unhealthyPercent, down, instances)) return 'unhealthy';
  if (reaches(thresholds.degradedPercent, notHealthy, instances)) return 'degraded';
  return 'healthy';
}

function reaches(percent: number, affected: number, instances: number): boolean {
  return affected > 0 && affected * 100 >= percent * instances;
}
