import { randomUUID } from 'node:crypto';
import { mergePatch, SECRET_KEY, SecretValue, type Json, type JsonObject } from '@binnacle/domain';
import { formatKey, parseKey, valueAt } from './key-path.js';

/** The keys that the code calls secret, whatever sets them. */
export class SecretKeys {
  readonly #keys: ReadonlySet<string>;

  constructor(keys: readonly string[] = []) {
    this.#keys = new Set(keys.map((key) => formatKey(parseKey(key))));
  }

  has(segments: readonly string[]): boolean {
    return this.#keys.size > 0 && this.#keys.has(formatKey(segments));
  }

  /** Puts references into the places of plain values, and the values beside them. */
  seal(content: JsonObject, secrets: Map<string, SecretValue>): JsonObject {
    let sealed: Json = content;
    for (const key of this.#keys) {
      const segments = parseKey(key);
      const value = valueAt(content, segments);
      if (value === undefined || value === null || typeof value === 'object') continue;
      sealed = mergePatch(sealed, patchAt(segments, sealedReference(String(value), secrets).reference));
    }
    return sealed as JsonObject;
  }
}

/** A reference with a name that no other has, and the secret under that name. */
export function sealedReference(
  text: string,
  secrets: Map<string, SecretValue>,
): { readonly reference: JsonObject; readonly secret: SecretValue } {
  const name = `local-${randomUUID()}`;
  const secret = new SecretValue(text);
  secrets.set(name, secret);
  return { reference: { [SECRET_KEY]: name }, secret };
}

/** A patch that sets this place to this value. */
export function patchAt(segments: readonly string[], value: Json): JsonObject {
  return segments.reduceRight<Json>((inner, segment) => ({ [segment]: inner }), value) as JsonObject;
}
