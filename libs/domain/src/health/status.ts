/** Health of a check, an instance or a service. */
export const STATUSES = ['healthy', 'degraded', 'unhealthy', 'unknown'] as const;
export type Status = (typeof STATUSES)[number];

/** What an instance says about its own life. That it went silent (lost) is seen from outside and not a lifecycle. */
export const LIFECYCLES = ['starting', 'ready', 'draining', 'stopped'] as const;
export type Lifecycle = (typeof LIFECYCLES)[number];

/** One health check of an instance, as the instance reports it. */
export type Check = {
  name: string;
  status: Status;
  /** Whether the instance cannot do its work while this check is unhealthy. */
  critical: boolean;
  latencyMs: number;
  message?: string | undefined;
  details?: Record<string, unknown> | undefined;
  /** ISO 8601, by the clock of the instance. */
  checkedAt: string;
};
