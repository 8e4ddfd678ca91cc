import { Logger } from '@nestjs/common';
import {
  DEFAULT_SWEEP_OPTIONS,
  describeSilence,
  type HealthRecorder,
  type HealthStore,
  type Pair,
  type SweepOptions,
} from '@binnacle/store';
import type { Metrics } from '../lifecycle/metrics.js';

export interface SilenceSweeperOptions extends Pick<SweepOptions, 'unknownAfterMs' | 'lostAfterMs'> {
  readonly intervalMs: number;
}

/** Pairs that are swept at the same time. */
const AT_ONCE = 32;
/** So many intervals without a sweep, and nobody can tell who was silent and who was not heard. */
const GAP_INTERVALS = 3;

/** Goes through all services that have instances, and says of the silent ones what their silence means. */
export class SilenceSweeper {
  private readonly logger = new Logger(SilenceSweeper.name);
  private lastRoundMs = 0;

  constructor(
    private readonly health: HealthStore,
    private readonly recorder: HealthRecorder,
    private readonly metrics: Metrics,
    private readonly options: SilenceSweeperOptions,
  ) {}

  /** One round. When some services could not be swept the others are, and then it rejects. */
  async sweepAll(signal: AbortSignal): Promise<void> {
    const startedAt = performance.now();
    const sweepOptions = this.sweepOptions();
    const pairs = await this.health.pairs();
    this.metrics.sweptPairs.set(pairs.length);
    const failures: unknown[] = [];
    const queue = pairs.values();
    const sweepNext = async (): Promise<void> => {
      for (const pair of queue) {
        signal.throwIfAborted();
        await this.sweep(pair, sweepOptions).catch((error: unknown) => failures.push(error));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, sweepNext));
    this.noteDuration(performance.now() - startedAt);
    if (failures.length > 0)
      throw new AggregateError(failures, `${failures.length} of ${pairs.length} sweeps failed`);
  }

  private async sweep(pair: Pair, sweepOptions: SweepOptions): Promise<void> {
    const outcome = await this.health.sweep(pair, sweepOptions);
    for (const { to } of outcome.transitions) this.metrics.transitions.inc({ to });
    await this.recorder.settle(pair, outcome, (transition) => describeSilence(transition, sweepOptions));
    if (outcome.isEmpty) await this.health.forgetPair(pair);
  }

  private sweepOptions(): SweepOptions {
    const { unknownAfterMs, lostAfterMs, intervalMs } = this.options;
    // a round that takes long must not look like an outage to the next
    const maxGapMs = GAP_INTERVALS * Math.max(intervalMs, this.lastRoundMs);
    return { ...DEFAULT_SWEEP_OPTIONS, unknownAfterMs, lostAfterMs, maxGapMs };
  }

  private noteDuration(roundMs: number): void {
    if (roundMs > this.options.intervalMs && this.lastRoundMs <= this.options.intervalMs) {
      this.logger.warn(`A sweep took ${Math.round(roundMs)} ms, longer than its interval`);
    }
    this.lastRoundMs = roundMs;
  }
}
