import type { BreakerPush } from '@binnacle/contracts';
import { dueAtMs } from '@binnacle/domain';
import {
  type BreakerRecord,
  type CircuitRecord,
  type CircuitStore,
  type CircuitUpdate,
  laterCircuit,
  type Pair,
} from '@binnacle/store';
import { toBreakerPush } from './breaker.view.js';
import { type CircuitInput, foldInputs } from './circuit-input.js';

/** Outcomes wait so long for others, to be folded together; what somebody waits for takes them along at once. */
const FOLD_MS = 100;
/** More cannot wait while Redis is slow; whoever comes then is told so. */
const MAX_WAITING = 5_000;
const RETRY_MS = 1_000;
/** The clocks of Redis and of this process are compared to within a round trip. */
const SHORTEST_TIMER_MS = 10;
/** `setTimeout` takes no more than 24 days. */
const LONGEST_TIMER_MS = 3_600_000;

/** Too many outcomes wait for Redis. */
export class FoldBacklog extends Error {
  override readonly name = 'FoldBacklog';
}

export interface SharedBreakerLinks {
  readonly circuits: CircuitStore;
  /** What PostgreSQL remembers of the circuit; undefined when it is away too. */
  readonly recall: (name: string) => Promise<CircuitRecord | undefined>;
  /** There is something newer for the agents of this process. */
  readonly onPush: (push: BreakerPush) => void;
  /** This process moved the circuit: others must hear of it, and PostgreSQL must remember it. */
  readonly onMoved: (name: string, record: CircuitRecord) => void;
}

export interface Folded {
  /** Left until the lease ends; undefined when it was not granted. */
  readonly expiresInMs: number | undefined;
}

interface Waiting {
  readonly input: CircuitInput;
  readonly resolve: (folded: Folded) => void;
  readonly reject: (error: unknown) => void;
}

/** One breaker as this process knows it. What this process has to say to its circuit goes through here, in order. */
export class SharedBreaker {
  private circuit: CircuitRecord | undefined;
  /** Adds to the monotonic clock of this process to give the clock of Redis. */
  private redisOffsetMs = Date.now() - performance.now();
  private pushedGeneration = -1;
  private waiting: Waiting[] = [];
  private isUrgent = false;
  private folding: Promise<void> | undefined;
  private lastFoldAtMs = Number.NEGATIVE_INFINITY;
  private foldTimer: NodeJS.Timeout | undefined;
  private dueTimer: NodeJS.Timeout | undefined;
  private isClosed = false;

  constructor(
    private readonly pair: Pair,
    private settings: BreakerRecord,
    private readonly links: SharedBreakerLinks,
  ) {
    this.learnSettings(settings);
  }

  /** How often the circuit has moved, as far as is known here. */
  get circuitGeneration(): number {
    return this.circuit?.generation ?? 0;
  }

  /** Trial calls that other processes granted are no news, but must end in time though their process has died. */
  get mayHoldForeignTrials(): boolean {
    return this.circuit?.circuit.state === 'half_open';
  }

  push(): BreakerPush {
    return toBreakerPush(this.settings, this.circuit, Date.now());
  }

  /** Takes what people set; an older record is ignored. */
  learnSettings(record: BreakerRecord): void {
    if (record.settingsGeneration >= this.settings.settingsGeneration) this.settings = record;
    this.circuit = laterCircuit(this.circuit, record.circuit);
    this.announce();
    this.scheduleDue();
  }

  /** Takes a circuit that was read. One of the same generation may have been read before what is known here. */
  learnCircuit(record: CircuitRecord): boolean {
    if (record.generation <= this.circuitGeneration) return false;
    this.take(record);
    return true;
  }

  /** Resolves when it has been applied to the shared circuit; rejects when that could not be. */
  submit(input: CircuitInput): Promise<Folded> {
    if (this.isClosed || this.waiting.length >= MAX_WAITING) {
      return Promise.reject(new FoldBacklog(`${this.settings.name} takes no more outcomes`));
    }
    return new Promise((resolve, reject) => {
      this.waiting.push({ input, resolve, reject });
      if (input.kind !== 'calls') this.isUrgent = true;
      this.schedule();
    });
  }

  /** Applies what waits, and nothing after that. */
  async close(): Promise<void> {
    this.isUrgent = true;
    this.schedule();
    while (this.folding !== undefined) await this.folding;
    this.isClosed = true;
    clearTimeout(this.dueTimer);
  }

  private schedule(): void {
    if (this.folding !== undefined || this.waiting.length === 0) return;
    const waitMs = this.isUrgent ? 0 : this.lastFoldAtMs + FOLD_MS - performance.now();
    if (waitMs <= 0) {
      clearTimeout(this.foldTimer);
      this.foldTimer = undefined;
      this.folding = this.fold().finally(() => {
        this.folding = undefined;
        this.schedule();
      });
    } else {
      this.foldTimer ??= setTimeout(() => {
        this.foldTimer = undefined;
        this.schedule();
      }, waitMs);
    }
  }

  private async fold(): Promise<void> {
    const batch = this.waiting;
    this.waiting = [];
    this.isUrgent = false;
    this.lastFoldAtMs = performance.now();
    try {
      const { update, grants } = await this.apply(batch.map(({ input }) => input));
      this.redisOffsetMs = update.nowMs - performance.now();
      this.take(update);
      if (update.moved) this.links.onMoved(this.settings.name, update);
      for (const { input, resolve } of batch) {
        const expiresAtMs = input.kind === 'lease' ? grants.get(input.leaseId) : undefined;
        resolve({ expiresInMs: expiresAtMs === undefined ? undefined : expiresAtMs - update.nowMs });
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  private async apply(
    inputs: readonly CircuitInput[],
  ): Promise<{ update: CircuitUpdate; grants: ReadonlyMap<string, number> }> {
    const { policy, name } = this.settings;
    let grants: ReadonlyMap<string, number> = new Map();
    const update = await this.links.circuits.update(
      this.pair,
      name,
      (circuit, nowMs) => {
        const forced = this.forcedNow();
        const folded = foldInputs(circuit, inputs, {
          policy,
          forced,
          nowMs,
          monotonicMs: performance.now(),
          random: Math.random,
        });
        grants = folded.grants;
        return folded.circuit;
      },
      { lastKnown: this.circuit, leaseMs: policy.leaseMs, recall: () => this.links.recall(name) },
    );
    return { update, grants };
  }

  private take(record: CircuitRecord): void {
    if (record.generation < this.circuitGeneration) return;
    this.circuit = record;
    this.announce();
    this.scheduleDue();
  }

  private forcedNow() {
    const { forced } = this.settings;
    return forced !== null && (forced.untilMs === null || Date.now() < forced.untilMs) ? forced.state : null;
  }

  private announce(): void {
    const push = this.push();
    if (push.generation <= this.pushedGeneration) return;
    this.pushedGeneration = push.generation;
    this.links.onPush(push);
  }

  /** For what time alone changes: an open time or a lease that ends, a forced state that expires. */
  private scheduleDue(afterMs = this.dueInMs()): void {
    clearTimeout(this.dueTimer);
    if (this.isClosed || afterMs === Number.POSITIVE_INFINITY) return;
    const delayMs = Math.min(Math.max(afterMs, SHORTEST_TIMER_MS), LONGEST_TIMER_MS);
    this.dueTimer = setTimeout(() => this.moveOn(), delayMs);
    this.dueTimer.unref();
  }

  private dueInMs(): number {
    const { untilMs } = this.settings.forced ?? { untilMs: null };
    const expiresInMs = untilMs === null ? Number.POSITIVE_INFINITY : untilMs - Date.now();
    return Math.min(expiresInMs > 0 ? expiresInMs : Number.POSITIVE_INFINITY, this.circuitDueInMs());
  }

  private circuitDueInMs(): number {
    const dueMs = this.circuit === undefined ? null : dueAtMs(this.circuit.circuit);
    return dueMs === null ? Number.POSITIVE_INFINITY : dueMs - (performance.now() + this.redisOffsetMs);
  }

  private moveOn(): void {
    this.announce();
    if (this.circuitDueInMs() > 0) this.scheduleDue();
    // Without Redis nothing can move: agents rule alone meanwhile.
    else this.submit({ kind: 'tick' }).catch(() => this.scheduleDue(RETRY_MS));
  }
}
