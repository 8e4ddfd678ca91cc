import type { CallsReport, LeaseAnswer } from '@binnacle/contracts';
import type { BreakerPolicy, BreakerState, TrialOutcome } from '@binnacle/domain';
import { reasonOf, type Logger } from '../logger.js';
import type { Breaker, BreakerStateChange, CallOptions } from './breaker.js';
import type { SharedBreaker } from './breaker-push.js';
import { CallCounter } from './call-counter.js';
import { CircuitOpenError } from './circuit-open-error.js';
import { LocalCircuit } from './local-circuit.js';
import { TrialLease } from './trial-lease.js';

const MAX_TRIALS = 100;

export type BreakerReport = CallsReport['breakers'][number];
type Trial = { readonly leaseId: string; readonly outcome: TrialOutcome };

/** What a breaker needs from the rest of the agent. */
export interface BreakerSurroundings {
  /** Whether the control plane is there, or was within this time. */
  readonly isPlaneThere: (withinMs: number, nowMs: number) => boolean;
  readonly requestLease: (name: string, generation: number) => Promise<LeaseAnswer | null>;
  /** Something waits to be reported: soon, or at once when others wait for it. */
  readonly onReportable: (breaker: FleetBreaker, urgency: 'soon' | 'at once') => void;
  readonly nowMs: () => number;
  readonly random: () => number;
  readonly logger: Logger;
}

/** The options that tell what an error means. */
type CallEvidence = Pick<CallOptions<unknown>, 'isFailure' | 'signal'>;
type Admission =
  'counted' | 'uncounted' | 'rejected' | { readonly by: 'fleet' | 'local'; readonly leaseId: string };

export class FleetBreaker implements Breaker {
  readonly name: string;
  readonly #codePolicy: BreakerPolicy;
  #policy: BreakerPolicy;
  readonly #surroundings: BreakerSurroundings;
  readonly #local: LocalCircuit;
  readonly #lease: TrialLease;
  readonly #counter = new CallCounter();
  readonly #listeners = new Set<(change: BreakerStateChange) => void>();
  #trials: Trial[] = [];
  #isReportable = false;
  #owesPolicy = true;
  #shared: SharedBreaker | null = null;
  /** The newest news, also that which brought only a policy. */
  #generation = -1;
  #heardAtMs = Number.NEGATIVE_INFINITY;
  #rules: 'fleet' | 'local' = 'local';
  #toldState: BreakerState = 'closed';

  constructor(name: string, policy: BreakerPolicy, surroundings: BreakerSurroundings) {
    const { nowMs, random } = surroundings;
    this.name = name;
    this.#codePolicy = policy;
    this.#policy = policy;
    this.#surroundings = surroundings;
    this.#local = new LocalCircuit(policy, nowMs(), random);
    this.#lease = new TrialLease({
      request: (generation) => surroundings.requestLease(name, generation),
      giveBack: (leaseId) => this.#reportTrial({ leaseId, outcome: 'unused' }),
      nowMs,
      random,
    });
  }

  get policy(): BreakerPolicy {
    return this.#policy;
  }

  get state(): BreakerState {
    const nowMs = this.#surroundings.nowMs();
    this.#settleRule(nowMs);
    this.#local.tick(nowMs);
    this.#tellChange();
    return this.#currentState();
  }

  async call<Result>(fn: () => Result | PromiseLike<Result>, options?: CallOptions<Result>): Promise<Result> {
    options?.signal?.throwIfAborted();
    const admission = this.#admit();
    if (admission === 'rejected') {
      const error = new CircuitOpenError(this.name, this.#currentState());
      if (options?.fallback === undefined) throw error;
      return options.fallback(error);
    }
    let result: Result;
    try {
      result = await fn();
    } catch (error) {
      const isFailure = this.#fail(admission, error, options);
      if (!isFailure || options?.fallback === undefined) throw error;
      return options.fallback(error);
    }
    this.#finish(admission, false);
    return result;
  }

  onStateChange(listener: (change: BreakerStateChange) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Takes news of the plane. Old news is ignored; what is known already still says that the fleet rules again. */
  receive(news: { generation: number; state?: BreakerState; policy?: BreakerPolicy; reason?: string }): void {
    const { generation, state, policy } = news;
    if (generation < this.#generation) return;
    const isNew = generation > this.#generation;
    const nowMs = this.#surroundings.nowMs();
    this.#generation = generation;
    this.#heardAtMs = nowMs;
    if (policy !== undefined) {
      this.#policy = policy;
      this.#local.policy = policy;
    }
    if (state !== undefined) {
      if (isNew || this.#shared === null) this.#shared = { state, generation, reason: news.reason };
      this.#rules = 'fleet';
      this.#local.watch(nowMs);
      if (isNew || state !== 'half_open') this.#lease.release();
    }
    this.#tellChange();
  }

  /** A new connection: the plane behind it may not know this breaker. */
  owePolicy(): void {
    this.#owesPolicy = true;
    this.#isReportable = true;
  }

  /** Takes what is to be reported, or null when there is nothing. */
  takeReport(nowMs: number): BreakerReport | null {
    this.#isReportable = false;
    if (!this.#owesPolicy && this.#counter.isEmpty && this.#trials.length === 0) return null;
    const report = {
      name: this.name,
      ...(this.#owesPolicy && { policy: this.#codePolicy }),
      buckets: this.#counter.drain(nowMs),
      trials: this.#trials,
    };
    this.#owesPolicy = false;
    this.#trials = [];
    return report;
  }

  /** A report that nobody acknowledged. Outcomes of trial calls count once however often they come; calls do not. */
  restore(report: BreakerReport): void {
    if (report.policy !== undefined) this.#owesPolicy = true;
    this.#trials = [...(report.trials ?? []), ...this.#trials].slice(-MAX_TRIALS);
    this.#markReportable('soon');
  }

  /** Gives back what the fleet could use, before the process ends. */
  close(): void {
    this.#lease.release();
  }

  #admit(): Admission {
    const nowMs = this.#surroundings.nowMs();
    this.#settleRule(nowMs);
    if (this.#rules === 'fleet' && this.#shared !== null) return this.#admitByFleet(this.#shared);
    const admission = this.#local.admit(nowMs);
    this.#tellChange();
    if (admission === 'call') return 'counted';
    return admission === 'reject' ? 'rejected' : { by: 'local', leaseId: admission.leaseId };
  }

  #admitByFleet({ state, generation }: SharedBreaker): Admission {
    switch (state) {
      case 'closed':
      case 'metrics_only':
        return 'counted';
      case 'disabled':
        return 'uncounted';
      case 'open':
      case 'forced_open':
        return 'rejected';
      case 'half_open': {
        const leaseId = this.#lease.take(generation);
        return leaseId === null ? 'rejected' : { by: 'fleet', leaseId };
      }
    }
  }

  /** Lets the local circuit take over when the plane is away. What an operator forced holds meanwhile. */
  #settleRule(nowMs: number): void {
    if (this.#rules !== 'fleet' || this.#shared === null) return;
    const { state } = this.#shared;
    if (state === 'forced_open' || state === 'disabled' || state === 'metrics_only') return;
    const { localAfterMs, maxOpenMs } = this.#policy;
    // No circuit stays open for longer than maxOpenMs: without news after that, nobody moves it.
    const isMoved = state !== 'open' || nowMs - this.#heardAtMs <= maxOpenMs + localAfterMs;
    if (isMoved && this.#surroundings.isPlaneThere(localAfterMs, nowMs)) return;
    this.#rules = 'local';
    this.#lease.release();
    this.#local.takeOver(state, nowMs);
    this.#tellChange();
  }

  /** Counts an error; answers whether it means that the dependency is in trouble. */
  #fail(admission: Exclude<Admission, 'rejected'>, error: unknown, options: CallEvidence = {}): boolean {
    if (options.signal?.aborted) {
      // A trial call that its caller gave up was made all the same; only a failure keeps the bound on trial calls.
      if (typeof admission === 'object') this.#finish(admission, true);
      return false;
    }
    let isFailure = true;
    try {
      isFailure = options.isFailure?.(error) ?? true;
    } catch (thrown) {
      this.#surroundings.logger.error(`\`isFailure\` of breaker "${this.name}" threw: ${reasonOf(thrown)}`);
    }
    this.#finish(admission, isFailure);
    return isFailure;
  }

  #finish(admission: Exclude<Admission, 'rejected'>, isFailure: boolean): void {
    if (admission === 'uncounted') return;
    const nowMs = this.#surroundings.nowMs();
    if (admission === 'counted') {
      this.#counter.count(isFailure, nowMs);
      this.#local.count(isFailure, nowMs);
      if (!this.#isReportable) this.#markReportable('soon');
    } else if (admission.by === 'local') {
      this.#counter.count(isFailure, nowMs);
      this.#local.finishTrial(admission.leaseId, isFailure, nowMs);
      this.#markReportable('soon');
    } else {
      this.#reportTrial({ leaseId: admission.leaseId, outcome: isFailure ? 'failure' : 'success' });
    }
    this.#tellChange();
  }

  #reportTrial(trial: Trial): void {
    this.#trials.push(trial);
    if (this.#trials.length > MAX_TRIALS) this.#trials.shift();
    this.#markReportable('at once');
  }

  #markReportable(urgency: 'soon' | 'at once'): void {
    this.#isReportable = true;
    this.#surroundings.onReportable(this, urgency);
  }

  #currentState(): BreakerState {
    return this.#rules === 'fleet' && this.#shared !== null ? this.#shared.state : this.#local.state;
  }

  #tellChange(): void {
    const to = this.#currentState();
    const from = this.#toldState;
    if (from === to) return;
    this.#toldState = to;
    const reason = this.#rules === 'fleet' ? this.#shared?.reason : this.#local.reason;
    const change = {
      name: this.name,
      from,
      to,
      decidedBy: this.#rules,
      ...(reason !== undefined && { reason }),
    };
    for (const listener of Array.from(this.#listeners)) {
      try {
        listener(change);
      } catch (error) {
        this.#surroundings.logger.error(`a listener of breaker "${this.name}" threw: ${reasonOf(error)}`);
      }
    }
  }
}
