import type { CheckBody } from '@binnacle/contracts';
import { STATUSES, type Status } from '@binnacle/domain';
import { quietTimer } from '../agents/timer.js';
import { isRecord } from '../is-record.js';
import { reasonOf } from '../logger.js';

const MAX_MESSAGE_CHARACTERS = 500;
const MAX_DETAIL_KEY_CHARACTERS = 128;

export type CheckDetails = Readonly<Record<string, string | number | boolean | null>>;

/** Nothing means healthy; `false` or throwing means unhealthy. */
export type CheckResult =
  void | Status | { readonly status?: Status; readonly message?: string; readonly details?: CheckDetails };

/** The signal aborts when the check has taken too long. What is returned and is no `CheckResult` means healthy. */
export type CheckFunction = (signal: AbortSignal) => unknown;

export interface CheckOptions {
  /** Whether the instance cannot do its work while this check is unhealthy. Default true. */
  readonly critical?: boolean;
  /** A check that takes longer is unhealthy. Default 2,000. */
  readonly timeoutMs?: number;
  /** How long a result is good for before the check runs again. Default: the heartbeat. */
  readonly intervalMs?: number;
  /** A healthy check that took longer is degraded. */
  readonly degradedAboveMs?: number;
}

/** One check with its last result. Never runs twice at a time, also when it ignores its signal and goes on. */
export class HealthCheck {
  readonly #name: string;
  readonly #run: CheckFunction;
  readonly #options: Required<Omit<CheckOptions, 'degradedAboveMs'>> & { readonly degradedAboveMs: number };
  readonly #nowMs: () => number;
  #result: CheckBody;
  #ranAtMs = -Infinity;
  #running: Promise<void> | null = null;
  #isSettled = true;

  constructor(
    name: string,
    run: CheckFunction,
    options: CheckOptions & { readonly intervalMs: number },
    nowMs: () => number,
  ) {
    this.#name = name.slice(0, 128) || 'unnamed';
    this.#run = run;
    const { critical = true, timeoutMs = 2_000, intervalMs, degradedAboveMs = Infinity } = options;
    this.#options = { critical, timeoutMs, intervalMs, degradedAboveMs };
    this.#nowMs = nowMs;
    this.#result = this.#body('unknown', 0, 'has not run yet');
  }

  get result(): CheckBody {
    return this.#result;
  }

  /** Runs the check if its result is out of date; settles, at the latest after `timeoutMs`, with a result that holds. */
  async refresh(): Promise<void> {
    const isFresh = this.#nowMs() - this.#ranAtMs < this.#options.intervalMs;
    if (this.#running === null && !isFresh && this.#isSettled) {
      this.#running = this.#runOnce().finally(() => {
        this.#running = null;
      });
    }
    await this.#running;
  }

  async #runOnce(): Promise<void> {
    const { timeoutMs, degradedAboveMs } = this.#options;
    const controller = new AbortController();
    const startedMs = this.#nowMs();
    const elapsedMs = () => Math.max(0, this.#nowMs() - startedMs);
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<CheckBody>((resolve) => {
      timer = quietTimer(() => {
        const message = `timed out after ${timeoutMs} ms`;
        resolve(this.#body('unhealthy', elapsedMs(), message));
        controller.abort(new Error(message));
      }, timeoutMs);
    });

    this.#isSettled = false;
    const outcome = this.#attempt(controller.signal).then(
      (result) => {
        const { status = 'healthy', message, details } = readResult(result);
        const tookMs = elapsedMs();
        if (status !== 'healthy' || tookMs <= degradedAboveMs)
          return this.#body(status, tookMs, message, details);
        return this.#body('degraded', tookMs, message ?? `slower than ${degradedAboveMs} ms`, details);
      },
      (error: unknown) => this.#body('unhealthy', elapsedMs(), reasonOf(error)),
    );
    outcome.then(
      () => (this.#isSettled = true),
      () => (this.#isSettled = true),
    );
    this.#result = await Promise.race([outcome, timeout]);
    clearTimeout(timer);
    this.#ranAtMs = startedMs;
  }

  /** Asynchronous, so that what a check throws at once is a rejection like any other. */
  async #attempt(signal: AbortSignal): Promise<unknown> {
    return this.#run(signal);
  }

  #body(status: Status, latencyMs: number, message?: string, details?: CheckDetails): CheckBody {
    return {
      name: this.#name,
      status,
      critical: this.#options.critical,
      latencyMs: Math.min(3_600_000, Math.round(latencyMs * 10) / 10),
      ...(message !== undefined && { message: message.slice(0, MAX_MESSAGE_CHARACTERS) }),
      ...(details !== undefined && { details: { ...details } }),
      checkedAt: new Date().toISOString(),
    };
  }
}

interface ReadResult {
  readonly status?: Status;
  readonly message?: string;
  readonly details?: CheckDetails;
}

/** Checks often return what they asked for, such as rows: only what looks like a result is taken as one. */
function readResult(result: unknown): ReadResult {
  if (result === false) return { status: 'unhealthy' };
  if (!isRecord(result)) return statusPart(result);
  const { status, message, details } = result;
  return {
    ...statusPart(status),
    ...(typeof message === 'string' && { message }),
    ...(isRecord(details) && { details: boundedDetails(details) }),
  };
}

function statusPart(value: unknown): { status?: Status } {
  const status = STATUSES.find((candidate) => candidate === value);
  return status === undefined ? {} : { status };
}

function boundedDetails(details: Record<string, unknown>): CheckDetails {
  const entries = Object.entries(details)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => {
      const isPlain = value === null || typeof value === 'boolean' || Number.isFinite(value);
      return [
        key.slice(0, MAX_DETAIL_KEY_CHARACTERS),
        isPlain ? value : String(value).slice(0, MAX_MESSAGE_CHARACTERS),
      ];
    });
  return Object.fromEntries(entries);
}
