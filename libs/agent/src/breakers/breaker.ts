import type { BreakerPolicy, BreakerState } from '@binnacle/domain';

export interface CallOptions<Result> {
  /**
   * Answers in place of a call that is not let through (then `error` is a `CircuitOpenError`) or that failed. Errors that
   * are no failure of the dependency, by `isFailure`, are passed on as they are.
   */
  readonly fallback?: (error: unknown) => Result | PromiseLike<Result>;
  /** Whether an error means that the dependency is in trouble. Default: every error does. */
  readonly isFailure?: (error: unknown) => boolean;
  /** A call that ends in an error after this was aborted says nothing about the dependency, and is not counted. */
  readonly signal?: AbortSignal;
}

export interface BreakerStateChange {
  readonly name: string;
  readonly from: BreakerState;
  readonly to: BreakerState;
  /** Who decided: the fleet together, or this process alone while the control plane is away. */
  readonly decidedBy: 'fleet' | 'local';
  readonly reason?: string;
}

/** A circuit breaker that the fleet shares. Decides from memory: a call never waits for the control plane. */
export interface Breaker {
  readonly name: string;
  readonly state: BreakerState;
  /** What is in force: the policy in code, until the control plane gives another. */
  readonly policy: BreakerPolicy;
  /**
   * Makes the call when the circuit allows it. When it does not, or the call fails, gives what the fallback gives;
   * without a fallback throws `CircuitOpenError`, or the call's error.
   *
   *     const stock = await agent.breaker('inventory').call(() => fetchStock(id), { fallback: () => null });
   */
  call<Result>(fn: () => Result | PromiseLike<Result>, options?: CallOptions<Result>): Promise<Result>;
  /** Told of each change of state as far as this process has seen it; returns a function that ends it. */
  onStateChange(listener: (change: BreakerStateChange) => void): () => void;
}
