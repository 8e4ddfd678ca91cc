import type { CheckBody } from '@binnacle/contracts';
import { foldInstanceStatus, type Lifecycle as LifecycleState, type Status } from '@binnacle/domain';
import { waitAtMost } from '../agents/timer.js';
import { MAX_CHECKS } from '../agents/wire.js';
import type { Logger } from '../logger.js';
import { HealthCheck, type CheckFunction, type CheckOptions } from './health-check.js';

/** Longer than any check should take; only a bound. */
const MAX_REPORT_WAIT_MS = 60_000;

export interface HealthSummary {
  readonly status: Status;
  readonly lifecycle: LifecycleState;
  readonly checks: readonly CheckBody[];
}

/** Health checks of this instance: run side by side, limited in time, cached, and reported with the heartbeat. */
export interface Health {
  /**
   * Adds a check, or replaces the one of that name; returns a function that removes it.
   *
   *     agent.health.addCheck('database', (signal) => pool.query({ text: 'SELECT 1', signal }));
   */
  addCheck(name: string, check: CheckFunction, options?: CheckOptions): () => void;
  /** Runs the checks whose results are out of date and gives all of them: what a `/readyz` needs. Never rejects. */
  report(): Promise<HealthSummary>;
}

export class HealthPart implements Health {
  readonly #checks = new Map<string, HealthCheck>();
  readonly #lifecycle: { readonly state: LifecycleState };
  readonly #defaultIntervalMs: number;
  readonly #nowMs: () => number;
  readonly #logger: Logger;

  constructor(options: {
    lifecycle: { readonly state: LifecycleState };
    defaultIntervalMs: number;
    nowMs: () => number;
    logger: Logger;
  }) {
    this.#lifecycle = options.lifecycle;
    this.#defaultIntervalMs = options.defaultIntervalMs;
    this.#nowMs = options.nowMs;
    this.#logger = options.logger;
  }

  addCheck(name: string, check: CheckFunction, options: CheckOptions = {}): () => void {
    if (!this.#checks.has(name) && this.#checks.size >= MAX_CHECKS) {
      this.#logger.warn(`health check "${name}" is left out: an instance has at most ${MAX_CHECKS}`);
      return () => {};
    }
    const added = new HealthCheck(
      name,
      check,
      { intervalMs: this.#defaultIntervalMs, ...options },
      this.#nowMs,
    );
    this.#checks.set(name, added);
    return () => {
      if (this.#checks.get(name) === added) this.#checks.delete(name);
    };
  }

  async report(): Promise<HealthSummary> {
    await waitAtMost(this.refresh(), MAX_REPORT_WAIT_MS);
    return this.latest();
  }

  /** Brings the results up to date without keeping the process alive for it. */
  async refresh(): Promise<void> {
    await Promise.all([...this.#checks.values()].map((check) => check.refresh()));
  }

  /** The last results, without running anything. */
  latest(): HealthSummary {
    const lifecycle = this.#lifecycle.state;
    const checks = [...this.#checks.values()].map(({ result }) => result);
    return { status: foldInstanceStatus(lifecycle, checks), lifecycle, checks };
  }
}
