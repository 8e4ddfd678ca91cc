/** When a breaker trips, how long it stays open, and how it probes. One policy per breaker, the same everywhere. */
export type BreakerPolicy = {
  /** Trip when `minimumInstances` sources have each failed this often in a row; null switches the rule off. */
  consecutiveFailures: number | null;
  /** Trip when at least this percent of the calls in the window failed; null switches the rule off. */
  failureRateThreshold: number | null;
  windowSeconds: number;
  /** The failure rate means nothing below this number of calls in the window. */
  minimumCalls: number;
  /** The first wait of an outage; every failed attempt to recover doubles it, up to `maxOpenMs`. */
  openMs: number;
  maxOpenMs: number;
  /** A wait is shortened at random by up to this percent, so that breakers do not probe in step. */
  jitterPercent: number;
  /** How many trial calls decide about closing again, and the most that run in one half-open period. */
  halfOpenCalls: number;
  /** A trial call that is not reported for this long counts as failed. */
  leaseMs: number;
  /** How many sources must see failures before the circuit trips for all. */
  minimumInstances: number;
  /** An agent rules alone after it has heard nothing from the control plane for this long. */
  localAfterMs: number;
};

/**
 * The defaults follow resilience4j where it has the same setting. `consecutiveFailures` is off: with one instance
 * enough to trip, a single sick machine would cut off the whole fleet, which the failure rate does not allow.
 */
export const DEFAULT_BREAKER_POLICY: BreakerPolicy = {
  consecutiveFailures: null,
  failureRateThreshold: 50,
  windowSeconds: 10,
  minimumCalls: 10,
  openMs: 5_000,
  maxOpenMs: 60_000,
  jitterPercent: 20,
  halfOpenCalls: 3,
  leaseMs: 10_000,
  minimumInstances: 1,
  localAfterMs: 15_000,
};

export type PolicyBound = { min: number; max: number; integer: boolean; nullable: boolean };

/** What each field may hold. Beyond these, `maxOpenMs` must not be below `openMs`. */
export const BREAKER_POLICY_BOUNDS: Readonly<Record<keyof BreakerPolicy, PolicyBound>> = {
  consecutiveFailures: { min: 1, max: 1_000, integer: true, nullable: true },
  failureRateThreshold: { min: 1, max: 100, integer: false, nullable: true },
  windowSeconds: { min: 1, max: 300, integer: true, nullable: false },
  minimumCalls: { min: 1, max: 100_000, integer: true, nullable: false },
  openMs: { min: 100, max: 3_600_000, integer: true, nullable: false },
  maxOpenMs: { min: 100, max: 3_600_000, integer: true, nullable: false },
  // With more, a wait could shrink to nothing and back-off would mean little.
  jitterPercent: { min: 0, max: 90, integer: false, nullable: false },
  halfOpenCalls: { min: 1, max: 100, integer: true, nullable: false },
  leaseMs: { min: 100, max: 600_000, integer: true, nullable: false },
  minimumInstances: { min: 1, max: 1_000, integer: true, nullable: false },
  localAfterMs: { min: 1_000, max: 3_600_000, integer: true, nullable: false },
};

/** The policy for an agent that rules alone: it is the only source, so no second one can agree. */
export function localPolicy(policy: BreakerPolicy): BreakerPolicy {
  return { ...policy, minimumInstances: 1 };
}
