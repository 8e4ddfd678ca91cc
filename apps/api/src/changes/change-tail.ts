import { Inject, Injectable, Logger } from '@nestjs/common';
import { OncePerOutage } from '@binnacle/runtime';
import { type ChangeFeed, type Database, openChangeFeed } from '@binnacle/store';
import { ENVIRONMENT, type Environment } from '../environment.js';
import { DATABASE } from '../storage.module.js';
import { ChangeBus } from './change-bus.js';

/** Without a successful read for so long, nothing in memory may be called new. */
const STALE_AFTER_MS = 4_000;
const READ_TIMEOUT_MS = 3_000;

/** Follows the change feed: the way by which every change arrives, however the wake-ups fare. */
@Injectable()
export class ChangeTail {
  private readonly logger = new Logger(ChangeTail.name);
  private readonly outage = new OncePerOutage(this.logger, 'The change feed cannot be read');
  private readonly feed: ChangeFeed;
  private timer: NodeJS.Timeout | undefined;
  private reading: Promise<void> | undefined;
  private lastReadAtMs = Number.NEGATIVE_INFINITY;
  private isStopped = false;

  constructor(
    @Inject(ENVIRONMENT) private readonly environment: Environment,
    @Inject(DATABASE) database: Database,
    private readonly bus: ChangeBus,
  ) {
    this.feed = openChangeFeed(database.connectionString, READ_TIMEOUT_MS);
  }

  /** Marks the place from which changes are followed. Rejects when the database cannot be reached. */
  async start(): Promise<void> {
    await this.feed.read();
    this.lastReadAtMs = performance.now();
    this.schedule();
  }

  /** Whether this process has heard of every change up to a moment ago. */
  isFresh(): boolean {
    return performance.now() - this.lastReadAtMs < STALE_AFTER_MS;
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    await this.reading;
    await this.feed.close();
  }

  private schedule(): void {
    if (this.isStopped) return;
    const { feedIntervalMs } = this.environment;
    // Spread, so that the processes of a fleet do not ask the database at the same moment.
    const delayMs = feedIntervalMs * (0.75 + Math.random() / 2);
    this.timer = setTimeout(() => {
      this.reading = this.read().finally(() => this.schedule());
    }, delayMs);
  }

  private async read(): Promise<void> {
    const startedAtMs = performance.now();
    try {
      const changes = await this.feed.read();
      this.lastReadAtMs = startedAtMs;
      this.outage.succeeded();
      // Not waited for: who follows a change may wait for a connection of the pool, and this reading must not.
      void this.bus.deliver(dedupe(changes));
    } catch (error) {
      this.outage.failed(error);
    }
  }
}

/** A change names what changed, not how: once is enough. */
function dedupe<Item>(changes: readonly Item[]): Item[] {
  return [...new Map(changes.map((change) => [JSON.stringify(change), change])).values()];
}
