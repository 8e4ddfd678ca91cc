import { SecretValue, type Json, type JsonObject } from '@binnacle/domain';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { OnceLogger } from '../logger.js';
import type { ConfigLayer } from './config-layer.js';
import type { ConfigReads } from './config-reads.js';
import { explainKey, type Explanation } from './explain-key.js';
import { KEYS, parseKey, valueAt } from './key-path.js';
import type { SecretKeys } from './secret-keys.js';
import type { ConfigSnapshot, Snapshot } from './snapshot.js';
import { askSchema, describeIssues, freezeOutput } from './standard-schema.js';

/** Results of schemas that are remembered: keys come from code, and should they come from data, this is the bound. */
const MAX_READINGS = 1_000;

/** Reads of one state of the configuration. */
class SnapshotView implements ConfigReads {
  readonly source: Snapshot['source'];
  readonly epoch: string | null;
  readonly revision: number | null;
  readonly hash: string | null;
  readonly content: JsonObject;
  readonly #layers: readonly ConfigLayer[];
  readonly #secretKeys: SecretKeys;
  readonly #once: OnceLogger;
  /** What schemas made of keys; empty for `undefined`, so that a fallback of each caller is its own. */
  readonly #readings = new Map<StandardSchemaV1, Map<string, { readonly output?: unknown }>>();
  #readingCount = 0;

  constructor(data: Snapshot, layers: readonly ConfigLayer[], secretKeys: SecretKeys, once: OnceLogger) {
    this.source = data.source;
    this.epoch = data.epoch;
    this.revision = data.revision;
    this.hash = data.hash;
    this.content = data.content;
    this.#layers = layers;
    this.#secretKeys = secretKeys;
    this.#once = once;
    Object.freeze(this);
  }

  /** The same, known to be from elsewhere. */
  static from(view: SnapshotView, source: 'plane'): SnapshotView {
    return new SnapshotView(
      { ...(view as Snapshot), source } as Snapshot,
      view.#layers,
      view.#secretKeys,
      view.#once,
    );
  }

  get(key: string, fallback?: Json): never {
    return this.#get(key, fallback) as never;
  }

  #get(key: string, fallback: Json | undefined): Json | undefined {
    const value = valueAt(this.content, KEYS.parse(key));
    if (fallback === undefined || fallback === null) return value ?? fallback;
    if (value === undefined) return fallback;
    if (isSameKind(value, fallback)) return value;
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
    const value: unknown = valueAt(this.content, KEYS.parse(key));
    if (value instanceof SecretValue) return value;
    if (typeof value === 'string') return new SecretValue(value);
    if (value !== undefined)
      this.#once.warn(
        `secret ${key}`,
        `configuration "${key}" is neither a secret nor a text: using the fallback`,
      );
    return fallback === undefined ? undefined : new SecretValue(fallback);
  }

  read(key: string, schema: StandardSchemaV1, fallback?: unknown): never {
    const known = this.#readings.get(schema)?.get(key);
    const reading = known ?? this.#ask(key, schema);
    return ('output' in reading ? reading.output : fallback) as never;
  }

  explain(key: string): Explanation | undefined {
    return explainKey(this.#layers, this.content, this.#secretKeys, parseKey(key));
  }

  #ask(key: string, schema: StandardSchemaV1): { readonly output?: unknown } {
    const answer = askSchema(schema, valueAt(this.content, KEYS.parse(key)));
    const reading = answer.ok ? { output: freezeOutput(answer.output) } : {};
    if (!answer.ok)
      this.#once.warn(
        `schema ${key}`,
        `configuration "${key}" is not what its schema asks for: ${describeIssues(answer.issues, parseKey(key))}`,
      );
    if (this.#readingCount < MAX_READINGS) {
      this.#readingCount += 1;
      const ofSchema = this.#readings.get(schema) ?? new Map<string, { readonly output?: unknown }>();
      this.#readings.set(schema, ofSchema.set(key, reading));
    }
    return reading;
  }
}

/** Layers from the lowest to the highest; the content is what they make together. */
export function snapshotOf(
  data: Snapshot,
  layers: readonly ConfigLayer[],
  secretKeys: SecretKeys,
  once: OnceLogger,
): ConfigSnapshot {
  return new SnapshotView(data, layers, secretKeys, once) as unknown as ConfigSnapshot;
}

/** The same snapshot, after the control plane has confirmed what the cache held. */
export function confirmedSnapshot(snapshot: ConfigSnapshot): ConfigSnapshot {
  return SnapshotView.from(snapshot as unknown as SnapshotView, 'plane') as unknown as ConfigSnapshot;
}

function isSameKind(value: Json, fallback: Json): boolean {
  if (typeof value !== typeof fallback) return false;
  return typeof value !== 'object' || kindOf(value) === kindOf(fallback);
}

function kindOf(value: Json): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (value instanceof SecretValue) return 'a secret';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
