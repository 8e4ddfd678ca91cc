import { foldServiceStatus } from '@binnacle/domain';
import type { Pair } from '../pair.js';
import type { HealthStore, InstanceTransition, ServiceStatusChange } from './health-store.js';
import type { Summary } from './instance-codec.js';
import type { NewStatusTransition, StatusTransitionStore } from './status-transition-store.js';
import { describeCounts } from './transition-reason.js';

export interface HealthRecorderOptions {
  readonly health: HealthStore;
  readonly transitions: StatusTransitionStore;
  /** Transitions that wait while PostgreSQL is away; past it the oldest are given up. */
  readonly maxWaiting?: number;
  /** PostgreSQL could not take them; they wait and are tried again. */
  readonly onError: (error: unknown) => void;
  readonly onWritten?: () => void;
  readonly onGivenUp: (count: number) => void;
}

const FLUSH_AFTER_MS = 100;
const MAX_RETRY_MS = 10_000;
/** One statement; PostgreSQL takes at most 65,535 parameters. */
const MAX_ROWS = 1_000;

/**
 * Draws the conclusions from what reports or silence did to a pair: folds and keeps the status of the service, and
 * writes the transitions to PostgreSQL, many at a time. Whoever made a transition records it, so it is there once.
 */
export class HealthRecorder {
  private waiting: NewStatusTransition[] = [];
  private writing: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private retryMs = FLUSH_AFTER_MS;

  constructor(private readonly options: HealthRecorderOptions) {}

  /** Returns the change of the service's status, if this call made one. */
  async settle(
    pair: Pair,
    outcome: { readonly transitions: readonly InstanceTransition[]; readonly summary: Summary | undefined },
    reasonOf: (transition: InstanceTransition) => string,
  ): Promise<ServiceStatusChange | undefined> {
    for (const transition of outcome.transitions) {
      this.add({ pair, ...transition, reason: reasonOf(transition) });
    }
    const { summary } = outcome;
    if (summary === undefined || summary.countsVersion <= summary.statusVersion) return undefined;
    // kept also when it is the same, so that one folded from older counts cannot come after it
    const status = foldServiceStatus(summary.counts);
    const change = await this.options.health.setServiceStatus(pair, status, summary.countsVersion);
    if (change === undefined) return undefined;
    const from = change.from ?? (await this.rememberedStatus(pair, change));
    if (from === change.to) return undefined;
    const reason = describeCounts(summary.counts);
    this.add({ pair, instance: null, from: from ?? 'unknown', to: change.to, reason, at: change.at });
    return change;
  }

  /** Transitions that wait to be written. */
  get waitingCount(): number {
    return this.waiting.length;
  }

  /** Writes what waits. Resolves when nothing does any more, or PostgreSQL could not take it. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.writing ??= this.write().finally(() => {
      this.writing = undefined;
      if (this.waiting.length > 0) this.schedule(this.retryMs);
    });
    return this.writing;
  }

  /** Tries once more to write what waits, and starts nothing new. */
  async close(): Promise<void> {
    await this.flush();
    if (this.waiting.length > 0) await this.flush();
    clearTimeout(this.timer);
    if (this.waiting.length > 0) this.options.onGivenUp(this.waiting.length);
    this.waiting = [];
  }

  /** Redis kept no status: either the service is new, or Redis lost it and PostgreSQL remembers. */
  private async rememberedStatus(pair: Pair, change: ServiceStatusChange): Promise<string | undefined> {
    try {
      const latest = await this.options.transitions.latestOfService(pair);
      if (latest?.to === change.to) await this.options.health.restoreSince(pair, change.to, latest.at);
      return latest?.to;
    } catch (error) {
      this.options.onError(error);
      return undefined;
    }
  }

  private add(transition: NewStatusTransition): void {
    this.waiting.push(transition);
    this.giveUpExcess();
    this.schedule(this.retryMs);
  }

  private giveUpExcess(): void {
    const excess = this.waiting.length - (this.options.maxWaiting ?? 10_000);
    if (excess <= 0) return;
    this.waiting.splice(0, excess);
    this.options.onGivenUp(excess);
  }

  private schedule(afterMs: number): void {
    if (this.timer !== undefined || this.writing !== undefined) return;
    this.timer = setTimeout(() => void this.flush(), afterMs).unref();
  }

  private async write(): Promise<void> {
    for (let [oldest] = this.waiting; oldest !== undefined; [oldest] = this.waiting) {
      const { workspaceId } = oldest.pair;
      const batch = this.takeOf(workspaceId);
      try {
        await this.options.transitions.record(workspaceId, batch);
        this.retryMs = FLUSH_AFTER_MS;
        this.options.onWritten?.();
      } catch (error) {
        this.waiting.unshift(...batch);
        this.giveUpExcess();
        this.retryMs = Math.min(this.retryMs * 2, MAX_RETRY_MS);
        this.options.onError(error);
        return;
      }
    }
  }

  /** Those that have waited longest: a statement writes rows of one workspace. */
  private takeOf(workspaceId: string): NewStatusTransition[] {
    const taken: NewStatusTransition[] = [];
    this.waiting = this.waiting.filter((transition) => {
      if (transition.pair.workspaceId !== workspaceId || taken.length === MAX_ROWS) return true;
      taken.push(transition);
      return false;
    });
    return taken;
  }
}
