import type { Logger } from '@nestjs/common';
import { OncePerOutage } from '@binnacle/runtime';
import { type BreakerStore, type CircuitRecord, type Pair, pairKey } from '@binnacle/store';

/** Only the last transition of a breaker is worth writing, so this many breakers can wait. */
const MAX_WAITING = 10_000;
const AT_ONCE = 4;
const FIRST_RETRY_MS = 200;
const LONGEST_RETRY_MS = 5_000;

interface Transition {
  readonly pair: Pair;
  readonly name: string;
  readonly record: CircuitRecord;
}

/** Remembers transitions in PostgreSQL behind everybody's back; while it is away they wait. */
export class TransitionWriter {
  private readonly waiting = new Map<string, Transition>();
  private readonly outage: OncePerOutage;
  private running: Promise<void> | undefined;
  private retryTimer: NodeJS.Timeout | undefined;
  private failures = 0;
  private isClosed = false;

  constructor(
    private readonly breakers: BreakerStore,
    logger: Logger,
  ) {
    this.outage = new OncePerOutage(logger, 'Breaker transitions cannot be written to the database');
  }

  save(pair: Pair, name: string, record: CircuitRecord): void {
    const key = `${pairKey(pair)}:${name}`;
    const known = this.waiting.get(key);
    if (known !== undefined && known.record.generation > record.generation) return;
    if (known === undefined && this.waiting.size >= MAX_WAITING) this.dropOldest();
    this.waiting.set(key, { pair, name, record });
    if (this.retryTimer === undefined) this.run();
  }

  /** Writes what waits, once more, and then no more. */
  async close(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.retryTimer);
    await this.running;
    await this.writeAll();
  }

  private run(): void {
    this.running ??= this.writeAll().finally(() => {
      this.running = undefined;
      if (this.waiting.size === 0 || this.isClosed) return;
      const retryMs = Math.min(FIRST_RETRY_MS * 2 ** this.failures, LONGEST_RETRY_MS);
      this.retryTimer = setTimeout(
        () => {
          this.retryTimer = undefined;
          this.run();
        },
        this.failures === 0 ? 0 : retryMs,
      );
    });
  }

  /** A few side by side, until all are written or one fails. */
  private async writeAll(): Promise<void> {
    const writers = Array.from({ length: AT_ONCE }, async () => {
      for (const [key, transition] of this.waiting) {
        this.waiting.delete(key);
        if (!(await this.write(key, transition))) return;
      }
    });
    await Promise.all(writers);
  }

  private async write(key: string, transition: Transition): Promise<boolean> {
    const { pair, name, record } = transition;
    try {
      await this.breakers.saveCircuit(pair, name, record);
      this.failures = 0;
      this.outage.succeeded();
      return true;
    } catch (error) {
      this.failures = Math.min(this.failures + 1, 10);
      this.outage.failed(error);
      if (!this.waiting.has(key)) this.waiting.set(key, transition);
      return false;
    }
  }

  private dropOldest(): void {
    const [oldest] = this.waiting.keys();
    if (oldest !== undefined) this.waiting.delete(oldest);
  }
}
