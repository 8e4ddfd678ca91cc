import type { Json } from '@binnacle/domain';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { Config } from '../configs/config-part.js';
import type { ConfigChange } from '../configs/config-watchers.js';

/** One key of the live configuration, for a class that needs no more of it. */
export class ConfigValue<Value> {
  readonly key: string;
  readonly #config: Config;
  readonly #read: () => Value;

  constructor(
    config: Config,
    options: { readonly key: string; readonly schema?: StandardSchemaV1; readonly fallback?: unknown },
  ) {
    const { key, schema, fallback } = options;
    this.key = key;
    this.#config = config;
    // The type is that of whoever injects it, and the fallback or the schema see to it.
    this.#read = () =>
      (schema === undefined
        ? config.get(key, fallback as Json)
        : config.read(key, schema, fallback)) as Value;
  }

  /** What it is now: read it where it is used, and do not keep it. */
  get value(): Value {
    return this.#read();
  }

  /** Calls the listener after each revision or file that changed it; returns a function that ends it. */
  onChange(listener: (value: Value, change: ConfigChange) => void): () => void {
    return this.#config.onChange(this.key, (change) => listener(this.value, change));
  }
}
