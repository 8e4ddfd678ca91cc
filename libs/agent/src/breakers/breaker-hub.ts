import type { BREAKER_NAME_PATTERN } from '@binnacle/contracts';
import type { BreakerPolicy } from '@binnacle/domain';
import type { PlaneConnection } from '../agents/plane-connection.js';
import { quietTimer } from '../agents/timer.js';
import type { Logger, OnceLogger } from '../logger.js';
import type { Breaker } from './breaker.js';
import { readBreakerPush, type BreakerNews } from './breaker-push.js';
import { FleetBreaker, type BreakerReport, type BreakerSurroundings } from './fleet-breaker.js';
import { completePolicy } from './policy.js';

const REPORT_EVERY_MS = 250;
/** News of breakers that the service has not asked for, yet. */
const MAX_WAITING_NEWS = 1_000;
const MAX_BREAKERS_IN_REPORT = 100;
/** Well under the largest message that the plane takes. */
const MAX_REPORT_CHARACTERS = 100_000;

/** What a breaker may be called; the same as `BREAKER_NAME_PATTERN` of the contracts. */
export const NAME_PATTERN: typeof BREAKER_NAME_PATTERN = /^[a-z0-9]([a-z0-9._:/-]{0,126}[a-z0-9])?$/;

export interface BreakerHubOptions {
  readonly connection: PlaneConnection | null;
  readonly nowMs: () => number;
  readonly random: () => number;
  readonly logger: Logger;
  readonly once: OnceLogger;
}

/** All breakers of the process: hands out one for each name, spreads the plane's news, and reports together. */
export class BreakerHub {
  readonly #options: BreakerHubOptions;
  readonly #surroundings: BreakerSurroundings;
  readonly #breakers = new Map<string, FleetBreaker>();
  readonly #waitingNews = new Map<string, BreakerNews>();
  readonly #reportable = new Set<FleetBreaker>();
  #timer: NodeJS.Timeout | undefined;
  #isFlushQueued = false;
  /** Since when the plane, though connected, does not take part in breakers: it may have lost its Redis. */
  #refusedSinceMs: number | null = null;

  constructor(options: BreakerHubOptions) {
    const { connection, nowMs, random, logger } = options;
    this.#options = options;
    this.#surroundings = {
      isPlaneThere: (withinMs, now) =>
        connection !== null &&
        (connection.isConnected || connection.hasSpokenWithin(withinMs, now)) &&
        (this.#refusedSinceMs === null || now - this.#refusedSinceMs <= withinMs),
      requestLease: async (name, generation) => {
        if (connection === null) return null;
        const answer = await connection.request('lease', { name, generation });
        this.#noteAnswer(answer !== null);
        return answer;
      },
      onReportable: (breaker, urgency) => this.#onReportable(breaker, urgency),
      nowMs,
      random,
      logger,
    };
  }

  breaker(name: string, policyOverrides?: Partial<BreakerPolicy>): Breaker {
    const existing = this.#breakers.get(name);
    if (existing !== undefined) return existing;
    const { once } = this.#options;
    if (!NAME_PATTERN.test(name)) {
      once.warn(
        `name ${name}`,
        `breaker "${name}" is not shared: names are of a-z, 0-9 and . _ : / - inside`,
      );
    }
    const policy = completePolicy(policyOverrides, (problem) =>
      once.warn(`policy ${name} ${problem}`, `policy of breaker "${name}": ${problem}; using the default`),
    );
    const breaker = new FleetBreaker(name, policy, this.#surroundings);
    this.#breakers.set(name, breaker);
    const news = this.#waitingNews.get(name);
    if (news !== undefined) breaker.receive(news);
    this.#waitingNews.delete(name);
    this.#onReportable(breaker, 'soon');
    return breaker;
  }

  onPush(push: unknown): void {
    const { once } = this.#options;
    const news = readBreakerPush(push, (problem) =>
      once.warn(`pushed ${problem}`, `a pushed policy: ${problem}`),
    );
    if (news === null) {
      once.warn('breaker push', 'ignoring news of a breaker that this version does not understand');
      return;
    }
    const breaker = this.#breakers.get(news.name);
    if (breaker === undefined) this.#keepForLater(news);
    else breaker.receive(news);
  }

  onConnect(): void {
    for (const breaker of this.#breakers.values()) {
      breaker.owePolicy();
      this.#reportable.add(breaker);
    }
    void this.flush();
  }

  /** Reports all that waits; settles when the plane has taken it or is gone. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { connection, nowMs } = this.#options;
    if (connection === null || !connection.isConnected) return;
    const reports: { breaker: FleetBreaker; report: BreakerReport }[] = [];
    for (const breaker of this.#reportable) {
      const report = NAME_PATTERN.test(breaker.name) ? breaker.takeReport(nowMs()) : null;
      if (report !== null) reports.push({ breaker, report });
    }
    this.#reportable.clear();
    await Promise.all(
      inMessages(reports).map(async (message) => {
        const answer = await connection.request('calls', { breakers: message.map(({ report }) => report) });
        if (answer === null) for (const { breaker, report } of message) breaker.restore(report);
        this.#noteAnswer(answer !== null);
      }),
    );
  }

  async close(): Promise<void> {
    for (const breaker of this.#breakers.values()) breaker.close();
    await this.flush();
    clearTimeout(this.#timer);
  }

  /** Once the plane takes part again, what each breaker owes makes it tell its state. */
  #noteAnswer(wasTaken: boolean): void {
    if (!wasTaken) {
      this.#refusedSinceMs ??= this.#options.nowMs();
    } else if (this.#refusedSinceMs !== null) {
      this.#refusedSinceMs = null;
      for (const breaker of this.#breakers.values()) {
        breaker.owePolicy();
        this.#onReportable(breaker, 'soon');
      }
    }
  }

  #keepForLater(news: BreakerNews): void {
    const known = this.#waitingNews.get(news.name);
    if (known === undefined ? this.#waitingNews.size >= MAX_WAITING_NEWS : known.generation > news.generation)
      return;
    this.#waitingNews.set(news.name, { ...known, ...news });
  }

  #onReportable(breaker: FleetBreaker, urgency: 'soon' | 'at once'): void {
    this.#reportable.add(breaker);
    if (!this.#options.connection?.isConnected) return;
    if (urgency === 'soon') {
      this.#timer ??= quietTimer(() => void this.flush(), REPORT_EVERY_MS);
    } else if (!this.#isFlushQueued) {
      this.#isFlushQueued = true;
      queueMicrotask(() => {
        this.#isFlushQueued = false;
        void this.flush();
      });
    }
  }
}

function inMessages<Entry extends { readonly report: BreakerReport }>(entries: readonly Entry[]): Entry[][] {
  const messages: Entry[][] = [];
  let characters = Infinity;
  for (const entry of entries) {
    const size = JSON.stringify(entry.report).length;
    const message = messages.at(-1);
    if (
      message !== undefined &&
      message.length < MAX_BREAKERS_IN_REPORT &&
      characters + size <= MAX_REPORT_CHARACTERS
    ) {
      message.push(entry);
      characters += size;
    } else {
      messages.push([entry]);
      characters = size;
    }
  }
  return messages;
}
