import type { OncePerOutage } from '@binnacle/runtime';
import type { Redis } from '@binnacle/store';
import { type RateCounter, WINDOW_MS } from './rate-counter.js';

const INTERVAL_MS = 250;
/** Of each counter and turn; the rest follows at the next. */
const MAX_KEYS_PER_TURN = 1_000;

/**
 * Lets the processes add up what they counted, a few times a second. Nothing waits for it: while Redis is away, each
 * process goes by its own counts.
 */
export class RateExchange {
  private readonly timer: NodeJS.Timeout;
  private turn: Promise<void> | undefined;

  constructor(
    private readonly counters: readonly RateCounter[],
    private readonly redis: Redis,
    private readonly outage: OncePerOutage,
  ) {
    this.tick();
    this.timer = setInterval(() => this.tick(), INTERVAL_MS).unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.turn;
  }

  private tick(): void {
    const nowMs = Date.now();
    for (const counter of this.counters) counter.advance(nowMs);
    if (this.turn !== undefined || this.redis.status !== 'ready') return;
    this.turn = this.exchange().finally(() => (this.turn = undefined));
  }

  private async exchange(): Promise<void> {
    const outcomes = await Promise.allSettled(this.counters.flatMap((counter) => this.tell(counter)));
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined) this.outage.failed(failed.reason);
    else if (outcomes.length > 0) this.outage.succeeded();
  }

  private tell(counter: RateCounter): Promise<void>[] {
    return counter.takeDue(MAX_KEYS_PER_TURN).map(async ({ tally, window, amount, isFirst }) => {
      const keyOf = (ofWindow: number) => `binnacle:rate:${counter.name}:${ofWindow}:${tally.key}`;
      try {
        const [total, , before] = await Promise.all([
          this.redis.incrby(keyOf(window), amount),
          this.redis.pexpire(keyOf(window), 2 * WINDOW_MS),
          isFirst ? this.redis.get(keyOf(window - 1)) : null,
        ]);
        counter.heard(tally, window, total);
        if (before !== null) counter.heardBefore(tally, window, Number(before));
      } catch (error) {
        counter.unheard(tally, window, amount);
        throw error;
      }
    });
  }
}
