import type { Json, JsonObject, SecretValue } from '@binnacle/domain';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { Explanation } from './explain-key.js';
import type { KeyOf, ValueOf } from './key-types.js';

/**
 * The ways to read a configuration, or one snapshot of it. Reads take nothing but memory: they never wait, throw, or touch
 * the network or the disk. `Shape` is the type of the whole.
 *
 * Keys are paths with dots: `pool.max`. A key that holds a dot itself is written `hosts.example\.com`.
 */
export interface ConfigReads<Shape = JsonObject> {
  /** The value of a key that the type of the configuration knows, deeply frozen; undefined when it is not there. */
  get<Key extends KeyOf<Shape>>(key: Key): ValueOf<Shape, Key> | undefined;
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
  /**
   * The value as a schema gives it (zod, or whatever else speaks Standard Schema), with its defaults and transformations,
   * deeply frozen; `''` is the whole. What the schema refuses gives the fallback, or undefined, and one warning. Asked
   * once for each revision: later reads cost what `get` does. Pass `conformsTo(schema)` to `validate`, and what the
   * schema refuses does not arrive here.
   *
   * @example const { max } = agent.config.read('pool', z.object({ max: z.number() }), { max: 10 });
   */
  read<Schema extends StandardSchemaV1>(
    key: string,
    schema: Schema,
  ): StandardSchemaV1.InferOutput<Schema> | undefined;
  read<Schema extends StandardSchemaV1>(
    key: string,
    schema: Schema,
    fallback: StandardSchemaV1.InferOutput<Schema>,
  ): StandardSchemaV1.InferOutput<Schema>;
  /** Which layer set the value of this key, and what it hides; undefined for a key that nothing ever set. */
  explain(key: string): Explanation | undefined;
}
