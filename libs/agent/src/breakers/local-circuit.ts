import {
  acquireTrial,
  initialCircuit,
  localPolicy,
  recordCalls,
  reportTrial,
  tick,
  type BreakerPolicy,
  type BreakerState,
  type Circuit,
} from '@binnacle/domain';

const SOURCE = 'self';

/** What a circuit says to a call; a trial is a call whose outcome decides. */
export type Admission = 'call' | 'reject' | { readonly leaseId: string };

/**
 * The circuit of this process. While the fleet's state rules it only watches, so that it knows the recent calls when
 * the plane goes away; then it rules, by the same state machine.
 */
export class LocalCircuit {
  #policy: BreakerPolicy;
  #watchingPolicy: BreakerPolicy;
  readonly #random: () => number;
  #circuit: Circuit;
  #rules = true;
  #trials = 0;
  // Calls of the current second that the circuit has not been told of: folding each one in would cost too much.
  #second = -1;
  #calls = 0;
  #failures = 0;
  #trailingFailures = 0;
  #lastFailureSecond = -Infinity;

  constructor(policy: BreakerPolicy, nowMs: number, random: () => number) {
    this.#policy = localPolicy(policy);
    this.#watchingPolicy = watchOnly(policy);
    this.#random = random;
    this.#circuit = initialCircuit(nowMs);
  }

  set policy(policy: BreakerPolicy) {
    this.#policy = localPolicy(policy);
    this.#watchingPolicy = watchOnly(policy);
  }

  get state(): Circuit['state'] {
    return this.#circuit.state;
  }

  get reason(): string | undefined {
    return this.#circuit.state === 'open' ? this.#circuit.reason : undefined;
  }

  /** Only watches from now on. An open circuit is forgotten: the fleet's state has decided since. */
  watch(nowMs: number): void {
    if (!this.#rules) return;
    this.#fold(nowMs);
    this.#rules = false;
    if (this.#circuit.state !== 'closed') this.#circuit = initialCircuit(nowMs);
  }

  /**
   * Rules from now on, beginning with what the fleet had decided: a dependency that was cut off is not called by all
   * at once because the plane went away. Waits are jittered, so that the instances do not probe in step.
   */
  takeOver(shared: BreakerState, nowMs: number): void {
    if (this.#rules) return;
    this.#fold(nowMs);
    this.#rules = true;
    if (shared !== 'open' && shared !== 'half_open') return;
    const { openMs, jitterPercent } = this.#policy;
    const untilMs = nowMs + openMs * (1 - (jitterPercent / 100) * this.#random());
    const reason = 'the control plane is away, and the breaker was open';
    this.#circuit = { state: 'open', sinceMs: nowMs, untilMs, attempt: 1, reason };
  }

  /** Whether a call may go ahead, when this circuit rules. */
  admit(nowMs: number): Admission {
    if (this.#circuit.state === 'closed') return 'call';
    const request = { leaseId: `${SOURCE}-${++this.#trials}`, source: SOURCE };
    const grant = acquireTrial(this.#circuit, this.#policy, request, nowMs, this.#random);
    this.#circuit = grant.circuit;
    return grant.granted ? { leaseId: request.leaseId } : 'reject';
  }

  /** Moves on with time alone. */
  tick(nowMs: number): void {
    if (this.#circuit.state === 'closed' || !this.#rules) return;
    this.#circuit = tick(this.#circuit, this.#policy, nowMs, this.#random);
  }

  finishTrial(leaseId: string, isFailure: boolean, nowMs: number): void {
    const outcome = isFailure ? 'failure' : 'success';
    this.#circuit = reportTrial(this.#circuit, this.#policy, { leaseId, outcome }, nowMs, this.#random);
  }

  count(isFailure: boolean, nowMs: number): void {
    const second = Math.floor(nowMs / 1_000);
    if (second !== this.#second) {
      if (this.#calls > 0) this.#fold(nowMs);
      this.#second = second;
    }
    this.#calls += 1;
    if (isFailure) {
      this.#failures += 1;
      this.#trailingFailures += 1;
      this.#lastFailureSecond = second;
    } else {
      this.#trailingFailures = 0;
    }
    // Without failures in the window no call can trip the circuit.
    if (this.#rules && second - this.#lastFailureSecond <= this.#policy.windowSeconds) this.#fold(nowMs);
  }

  #fold(nowMs: number): void {
    if (this.#calls === 0) return;
    const bucket = {
      second: this.#second,
      calls: this.#calls,
      failures: this.#failures,
      trailingFailures: this.#trailingFailures,
    };
    this.#calls = this.#failures = this.#trailingFailures = 0;
    const policy = this.#rules ? this.#policy : this.#watchingPolicy;
    this.#circuit = recordCalls(
      this.#circuit,
      policy,
      { source: SOURCE, buckets: [bucket] },
      nowMs,
      this.#random,
    );
  }
}

/** The same window and memory, and nothing ever breaks it. */
function watchOnly(policy: BreakerPolicy): BreakerPolicy {
  return {
    ...localPolicy(policy),
    consecutiveFailures: policy.consecutiveFailures === null ? null : Infinity,
    failureRateThreshold: policy.failureRateThreshold === null ? null : Infinity,
  };
}
