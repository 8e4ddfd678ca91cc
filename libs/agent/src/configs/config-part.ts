import type { Json, JsonObject, SecretValue } from '@binnacle/domain';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { ConfigEventListener } from './config-events.js';
import type { ConfigReads } from './config-reads.js';
import type { ConfigListener } from './config-watchers.js';
import type { Explanation } from './explain-key.js';
import type { LiveConfig } from './live-config.js';
import type { ConfigSnapshot, Snapshot } from './snapshot.js';
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
  /** The file of the configuration, when there is to be one; `rejected` says why its newest content is not in force. */
  readonly file?: { readonly path: string; readonly rejected?: string };
  /** Messages that were ignored because their content did not match their hash, or was none. */
  readonly discarded: number;
}

/** Live configuration: reads give what is in force now. `Shape` is the type of the whole, when the code knows it. */
export interface Config<Shape = JsonObject> extends ConfigReads<Shape> {
  /**
   * All of it, frozen, with the same reads: take one at the beginning of a request, and all of the request sees one state.
   * Costs nothing.
   */
  snapshot(): ConfigSnapshot<Shape>;
  status(): ConfigStatus;
  /**
   * Calls the listener once after each revision or file change that changed something at or below the key (`''` for
   * everything), when reads already give the new values. Returns a function that ends it. A listener that throws harms nobody else.
   */
  onChange(key: string, listener: ConfigListener): () => void;
  /**
   * Adds a validator for the revisions to come; returns a function that removes it. One that must also judge what the
   * cache holds goes to `createAgent({ validate })`.
   */
  addValidator(validator: Validator): () => void;
  /** Calls the listener when a revision or a file was applied or rejected, and when a watcher failed; returns its end. */
  onEvent(listener: ConfigEventListener): () => void;
}

export interface ContactState {
  readonly isConnected: boolean;
  readonly lastContactAt: Date | null;
}

export class ConfigPart implements Config {
  readonly #live: LiveConfig;
  readonly #contact: ContactState | null;

  constructor(live: LiveConfig, contact: ContactState | null) {
    this.#live = live;
    this.#contact = contact;
  }

  get<Value extends Json | SecretValue = Json>(key: string): Value | undefined;
  get(key: string, fallback: number): number;
  get(key: string, fallback: string): string;
  get(key: string, fallback: boolean): boolean;
  get<Value extends Json>(key: string, fallback: Value): Value;
  get(key: string, fallback?: Json): Json | undefined {
    // The overloads are those of the snapshot, which no single call to them can say.
    return this.#live.snapshot.get(key, fallback as Json);
  }

  number(key: string, fallback: number): number {
    return this.#live.snapshot.get(key, fallback);
  }

  string(key: string, fallback: string): string {
    return this.#live.snapshot.get(key, fallback);
  }

  boolean(key: string, fallback: boolean): boolean {
    return this.#live.snapshot.get(key, fallback);
  }

  secret(key: string): SecretValue | undefined;
  secret(key: string, fallback: string): SecretValue;
  secret(key: string, fallback?: string): SecretValue | undefined {
    return this.#live.snapshot.secret(key, fallback as string);
  }

  read(key: string, schema: StandardSchemaV1, fallback?: unknown): never {
    return this.#live.snapshot.read(key, schema, fallback) as never;
  }

  explain(key: string): Explanation | undefined {
    return this.#live.snapshot.explain(key);
  }

  snapshot(): ConfigSnapshot {
    return this.#live.snapshot;
  }

  status(): ConfigStatus {
    const { source, epoch, revision, hash } = this.#live.snapshot;
    const { rejection, discarded, missingSecrets, file } = this.#live;
    return {
      source,
      epoch,
      revision,
      hash,
      connected: this.#contact?.isConnected ?? false,
      lastContactAt: this.#contact?.lastContactAt ?? null,
      ...(rejection && { rejected: { revision: rejection.revision, reason: rejection.reason } }),
      ...(missingSecrets.length > 0 && { missingSecrets }),
      ...(file && { file }),
      discarded,
    };
  }

  onChange(key: string, listener: ConfigListener): () => void {
    return this.#live.watchers.add(key, listener);
  }

  addValidator(validator: Validator): () => void {
    return this.#live.addValidator(validator);
  }

  onEvent(listener: ConfigEventListener): () => void {
    return this.#live.events.add(listener);
  }
}
