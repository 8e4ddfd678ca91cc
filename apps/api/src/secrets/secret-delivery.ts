import { Injectable, Logger } from '@nestjs/common';
import { Counter } from 'prom-client';
import { grantsAllow, type PairParams, Problem } from '@binnacle/contracts';
import type { SecretPins } from '@binnacle/domain';
import {
  DataKeyGone,
  isDatabaseUnavailable,
  type Pair,
  SealBroken,
  type SealedSecret,
  SecretStore,
  WrappingKeyMissing,
} from '@binnacle/store';
import { OncePerOutage } from '@binnacle/runtime';
import type { Principal } from '../access/principal.js';
import { Metrics } from '../lifecycle/metrics.js';

/** Between two attempts to open what did not open, in milliseconds. */
const PAUSE_MS = 1_000;

/** The secrets of a revision as a process keeps them: sealed. */
export interface PinnedSecrets {
  readonly pair: Pair;
  readonly pins: SecretPins;
  readonly sealed: readonly SealedSecret[];
}

export type PlainSecrets = Readonly<Record<string, string>>;

/** Opens the secrets of a revision for those who may have them, just before they are sent. */
@Injectable()
export class SecretDelivery {
  private readonly outage = new OncePerOutage(
    new Logger(SecretDelivery.name),
    'Secrets cannot be opened: revisions that refer to them are withheld from agents',
  );
  private readonly failures: Counter;
  private readonly opening = new WeakMap<PinnedSecrets, Promise<PlainSecrets>>();
  /** Until when (monotonic) no further attempt is made. */
  private readonly withheld = new WeakMap<
    PinnedSecrets,
    { readonly error: unknown; readonly untilMs: number }
  >();

  constructor(
    private readonly secrets: SecretStore,
    metrics: Metrics,
  ) {
    this.failures = new Counter({
      name: 'binnacle_secrets_unopened_total',
      help: 'Times that the secrets of a revision could not be opened',
      registers: [metrics.registry],
    });
  }

  /** What a revision pins, as it is kept; undefined when it pins nothing. */
  async load(pair: Pair, pins: SecretPins): Promise<PinnedSecrets | undefined> {
    if (Object.keys(pins).length === 0) return undefined;
    return { pair, pins, sealed: await this.secrets.sealed(pair, pins) };
  }

  /**
   * The plain values, by name. For answers and pushes alone: nothing may keep them. Many who ask at once share one
   * attempt, and for a while after it failed there is no other.
   *
   * @throws Problem secrets_unavailable
   */
  open(pinned: PinnedSecrets): Promise<PlainSecrets> {
    const failed = this.withheld.get(pinned);
    if (failed !== undefined && failed.untilMs > performance.now()) return Promise.reject(failed.error);
    const underWay = this.opening.get(pinned);
    if (underWay !== undefined) return underWay;
    const opening = this.attempt(pinned).finally(() => this.opening.delete(pinned));
    this.opening.set(pinned, opening);
    return opening;
  }

  /** Whether the last attempt to open them failed. */
  isWithheld(pinned: PinnedSecrets | undefined): boolean {
    return pinned !== undefined && this.withheld.has(pinned);
  }

  /** What to tell of secrets that did not open. Counted, and logged once for each outage. */
  unavailable(cause: unknown): Problem {
    this.failures.inc();
    this.outage.failed(cause);
    return isDatabaseUnavailable(cause)
      ? new Problem('storage_unavailable', 'The database did not answer in time. Try again in a moment.')
      : new Problem(
          'secrets_unavailable',
          'Secrets cannot be opened now; a configuration that refers to them is not given out without them.',
        );
  }

  private async attempt(pinned: PinnedSecrets): Promise<PlainSecrets> {
    try {
      const opened = await this.openOrReload(pinned);
      this.withheld.delete(pinned);
      this.outage.succeeded();
      return opened;
    } catch (cause) {
      const error = this.unavailable(cause);
      this.withheld.set(pinned, { error, untilMs: performance.now() + PAUSE_MS });
      throw error;
    }
  }

  private async openOrReload({ pair, pins, sealed }: PinnedSecrets): Promise<PlainSecrets> {
    try {
      return complete(pins, await this.secrets.open(pair, sealed));
    } catch (error) {
      if (!(error instanceof DataKeyGone)) throw error;
      // They were sealed again, with another data key, since they were loaded.
      return complete(pins, await this.secrets.open(pair, await this.secrets.sealed(pair, pins)));
    }
  }
}

/** Whether somebody gets the plain values beside a config: services do. A person reveals them one by one, for the audit. */
export function mayHaveSecrets({ via, grants }: Principal, { service, environment }: PairParams): boolean {
  return via === 'token' && grantsAllow(grants, 'secrets:deliver', { service, environment });
}

/** Whether it is for a key that secrets cannot be sealed or opened. */
export function isSealedShut(error: unknown): boolean {
  return error instanceof WrappingKeyMissing || error instanceof SealBroken || error instanceof DataKeyGone;
}

function complete(pins: SecretPins, opened: PlainSecrets): PlainSecrets {
  const missing = Object.keys(pins).filter((name) => !Object.hasOwn(opened, name));
  if (missing.length > 0) throw new Error(`versions of ${missing.join(', ')} that a revision pins are gone`);
  return opened;
}
