import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { OncePerOutage } from '@binnacle/runtime';
import { TokenStore } from '@binnacle/store';

/** One token is noted no more often than this by one process. */
const QUIET_MS = 60_000;
const FLUSH_INTERVAL_MS = 5_000;
const MAX_REMEMBERED = 10_000;
/** In one statement. */
const MAX_BATCH = 1_000;

/** Notes when tokens were last used, in batches and apart from the requests that used them. That may fail. */
@Injectable()
export class TokenUsage implements OnModuleDestroy {
  private readonly outage = new OncePerOutage(
    new Logger(TokenUsage.name),
    'When tokens were used cannot be noted',
  );
  /** When each was noted last (monotonic). */
  private readonly notedAtMs = new Map<string, number>();
  private readonly waiting = new Set<string>();
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly tokens: TokenStore) {
    this.timer = setInterval(() => void this.flush(), FLUSH_INTERVAL_MS);
    this.timer.unref();
  }

  note(tokenId: string): void {
    const nowMs = performance.now();
    if (nowMs - (this.notedAtMs.get(tokenId) ?? -QUIET_MS) < QUIET_MS) return;
    if (this.notedAtMs.size >= MAX_REMEMBERED) this.notedAtMs.clear();
    this.notedAtMs.set(tokenId, nowMs);
    this.waiting.add(tokenId);
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.flush();
  }

  /** What a failure keeps from being noted is noted with the next use, a minute later. */
  async flush(): Promise<void> {
    const ids = [...this.waiting];
    this.waiting.clear();
    try {
      for (let at = 0; at < ids.length; at += MAX_BATCH)
        await this.tokens.noteUse(ids.slice(at, at + MAX_BATCH));
      this.outage.succeeded();
    } catch (error) {
      this.outage.failed(error);
    }
  }
}
