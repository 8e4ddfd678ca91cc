import type { CheckBody, Have } from '@binnacle/contracts';
import type { Status } from '@binnacle/domain';
import type { PlaneConnection } from '../agents/plane-connection.js';
import { quietTimer } from '../agents/timer.js';
import { MAX_AGENT_MESSAGE_BYTES } from '../agents/wire.js';
import type { Position } from '../configs/judge-revision.js';
import type { OnceLogger } from '../logger.js';
import type { HealthPart, HealthSummary } from './health-part.js';

const JITTER = 0.1;
/** How long a push may take before a revision that the plane wants counts as missed. */
const PUSH_GRACE_MS = 2_000;

/** What the heartbeat needs from the configuration. */
export interface RunningConfig {
  readonly have: Have | null;
  confirm(wanted: Position | null): void;
  lacks(wanted: Position | null): boolean;
}

export interface HeartbeatOptions {
  readonly connection: PlaneConnection;
  readonly health: HealthPart;
  readonly config: RunningConfig;
  readonly intervalMs: number;
  readonly random: () => number;
  readonly nowMs: () => number;
  readonly once: OnceLogger;
}

/** Reports health and what runs, regularly and at every change, and learns from the answer what should run. */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  #timer: NodeJS.Timeout | undefined;
  #sequence = 0;
  #reportedStatus: Status | null = null;
  #lackingSinceMs: number | null = null;
  #isStopped = false;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
  }

  /** Reports at once and then regularly; called for each new connection. */
  start(): void {
    this.#lackingSinceMs = null;
    void this.beat();
  }

  /** Reports at once. Settles when the plane has answered or the connection is lost. */
  async beat(): Promise<void> {
    if (this.#isStopped || !this.#options.connection.isConnected) return;
    this.#schedule();
    this.#refresh();
    await this.#report();
  }

  /** The last report, of an instance that stops. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#report();
  }

  #schedule(): void {
    const { intervalMs, random } = this.#options;
    clearTimeout(this.#timer);
    this.#timer = quietTimer(() => void this.beat(), intervalMs * (1 - JITTER + 2 * JITTER * random()));
  }

  /** A slow check does not hold up the heartbeat: its result is reported when it changes something. */
  #refresh(): void {
    const { health } = this.#options;
    void health.refresh().then(async () => {
      if (!this.#isStopped && health.latest().status !== this.#reportedStatus) await this.#report();
    });
  }

  async #report(): Promise<void> {
    const { connection, health, config } = this.#options;
    const summary = health.latest();
    const sentAtMs = this.#options.nowMs();
    this.#reportedStatus = summary.status;
    const answer = await connection.request('health', {
      seq: this.#sequence++,
      lifecycle: summary.lifecycle,
      checks: this.#fittingChecks(summary),
      have: config.have,
    });
    if (answer === null || this.#isStopped) return;
    config.confirm(answer.want);
    this.#catchUp(answer.want, sentAtMs);
  }

  /**
   * A push and an answer travel on one connection, in order. So a revision that is still missing when the plane is
   * asked a second time was not pushed, and the handshake of a new connection is how to get it.
   */
  #catchUp(wanted: Position | null, sentAtMs: number): void {
    const { connection, config, intervalMs, nowMs } = this.#options;
    const graceMs = Math.min(PUSH_GRACE_MS, intervalMs);
    if (!config.lacks(wanted)) {
      this.#lackingSinceMs = null;
    } else if (this.#lackingSinceMs === null) {
      this.#lackingSinceMs = nowMs();
      clearTimeout(this.#timer);
      this.#timer = quietTimer(() => void this.beat(), graceMs);
    } else if (sentAtMs - this.#lackingSinceMs >= graceMs * 0.9) {
      this.#lackingSinceMs = null;
      connection.reconnect(`revision ${wanted?.revision ?? '?'} was not pushed`);
    }
  }

  #fittingChecks({ checks }: HealthSummary): CheckBody[] {
    if (Buffer.byteLength(JSON.stringify(checks)) < MAX_AGENT_MESSAGE_BYTES - 4_096) return [...checks];
    this.#options.once.warn(
      'health size',
      'the details of the health checks are too large to report: leaving them out',
    );
    return checks.map(({ details: _, ...check }) => check);
  }
}
