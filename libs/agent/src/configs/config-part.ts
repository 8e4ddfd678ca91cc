import { SecretValue, type Json } from '@binnacle/domain';
import type { OnceLogger } from '../logger.js';
import type { ConfigListener } from './config-watchers.js';
import { parseKey, valueAt } from './key-path.js';
import type { LiveConfig } from './live-config.js';
import type { Snapshot } from './snapshot.js';
import type { Validator } from './validators.js';

export interface ConfigStatus {
  /** `cache` until the control plane has confirmed what the cache held. */
  readonly source: Snapshot['source'];
  readonly epoch: string | null;
  readonly revision: number | null;
  readonly hash: string | null;
  readonly connected: boolean;
  readonly lastContactAt: Date | null;
  /** The newest revision, when the validators refused it: an older one runs. */
  readonly rejected?: { readonly revision: number; readonly reason: string };
  /** Secrets that what runs refers to and that are not there: it came from a cache that did not hold or open them. */
  readonly missingSecrets?: readonly string[];
  /** Messages that were ignored because their content did not match their hash, or was none. */
  readonly discarded: number;
}

/**
 * Live configuration. Reads take nothing but memory: they never wait, throw, or touch the network or the disk.
 *
 * Keys are paths with dots: `pool.max`. A key that holds a dot itself is written `hosts.example\.com`.
 */
export interface Config {
  /** The value, deeply frozen, or undefined. Where the configuration refers to a secret, a `SecretValue`. */
  get<Value extends Json | SecretValue = Json>(key: string): Value | undefined;
  /**
   * The value, or the fallback when there is none or it is of another kind (number, string, boolean, array, object)
   * than the fallback; the latter is warned about once.
   */
  get(key: string, fallback: number): number;
  get(key: string, fallback: string): string;
  get(key: string, fallback: boolean): boolean;
  get<Value extends Json>(key: string, fallback: Value): Value;
  number(key: string, fallback: number): number;
  string(key: string, fallback: string): string;
  boolean(key: string, fallback: boolean): boolean;
  /**
   * A secret, which prints as `[secret]` and gives its value to `reveal()`. A plain text counts as one too, so that the
   * defaults can hold a value for development.
   *
   * @example connect({ password: agent.config.secret('db.password', '').reveal() })
   */
  secret(key: string): SecretValue | undefined;
  secret(key: string, fallback: string): SecretValue;
  /** All of it, frozen: several reads of one snapshot belong together. */
  snapshot(): Snapshot;
  status(): ConfigStatus;
  /**
   * Calls the listener after each revision that changed something at or below the key (`''` for everything), when reads
   * already give the new values. Returns a function that ends it. A listener that throws harms nobody else.
   */
  onChange(key: string, listener: ConfigListener): () => void;
  /**
   * Adds a validator for the revisions to come; returns a function that removes it. One that must also judge what the
   * cache holds goes to `createAgent({ validate })`.
   */
  addValidator(validator: Validator): () => void;
}

export interface ContactState {
  readonly isConnected: boolean;
  readonly lastContactAt: Date | null;
}

export class ConfigPart implements Config {
  readonly #live: LiveConfig;
  readonly #contact: ContactState | null;
  readonly #once: OnceLogger;

  constructor(live: LiveConfig, contact: ContactState | null, once: OnceLogger) {
    this.#live = live;
    this.#contact = contact;
    this.#once = once;
  }

  get<Value extends Json | SecretValue = Json>(key: string): Value | undefined;
  get(key: string, fallback: number): number;
  get(key: string, fallback: string): string;
  get(key: string, fallback: boolean): boolean;
  get<Value extends Json>(key: string, fallback: Value): Value;
  get(key: string, fallback?: Json): Json | undefined {
    const value = valueAt(this.#live.snapshot.content, parseKey(key));
    if (fallback === undefined || fallback === null) return value ?? fallback;
    if (value === undefined) return fallback;
    if (kindOf(value) === kindOf(fallback)) return value;
    this.#once.warn(
      `kind ${key}`,
      `configuration "${key}" is ${kindOf(value)} where ${kindOf(fallback)} is read: using the fallback`,
    );
    return fallback;
  }

  number(key: string, fallback: number): number {
    return this.get(key, fallback);
  }

  string(key: string, fallback: string): string {
    return this.get(key, fallback);
  }

  boolean(key: string, fallback: boolean): boolean {
    return this.get(key, fallback);
  }

  secret(key: string): SecretValue | undefined;
  secret(key: string, fallback: string): SecretValue;
  secret(key: string, fallback?: string): SecretValue | undefined {
    const value: unknown = valueAt(this.#live.snapshot.content, parseKey(key));
    if (value instanceof SecretValue) return value;
    if (typeof value === 'string') return new SecretValue(value);
    if (value !== undefined)
      this.#once.warn(
        `secret ${key}`,
        `configuration "${key}" is neither a secret nor a text: using the fallback`,
      );
    return fallback === undefined ? undefined : new SecretValue(fallback);
  }

  snapshot(): Snapshot {
    return this.#live.snapshot;
  }

  status(): ConfigStatus {
    const { source, epoch, revision, hash } = this.#live.snapshot;
    const { rejection, discarded, missingSecrets } = this.#live;
    return {
      source,
      epoch,
      revision,
      hash,
      connected: this.#contact?.isConnected ?? false,
      lastContactAt: this.#contact?.lastContactAt ?? null,
      ...(rejection && { rejected: { revision: rejection.revision, reason: rejection.reason } }),
      ...(missingSecrets.length > 0 && { missingSecrets }),
      discarded,
    };
  }

  onChange(key: string, listener: ConfigListener): () => void {
    return this.#live.watchers.add(key, listener);
  }

  addValidator(validator: Validator): () => void {
    return this.#live.addValidator(validator);
  }
}

function kindOf(value: Json): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (value instanceof SecretValue) return 'a secret';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
