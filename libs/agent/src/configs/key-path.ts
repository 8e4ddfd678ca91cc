import type { Json } from '@binnacle/domain';

/**
 * `pool.max` reads `max` in `pool`, and `hosts.0` the first of an array. A backslash keeps a dot that belongs to a
 * key: `hosts.example\.com`. The empty key is the whole configuration.
 */
export function parseKey(key: string): readonly string[] {
  if (key === '') return [];
  if (!key.includes('\\')) return key.split('.');
  const segments = [''];
  for (let index = 0; index < key.length; index++) {
    const character = key.charAt(index);
    if (character === '.') {
      segments.push('');
      continue;
    }
    const isEscape = character === '\\' && index + 1 < key.length;
    segments[segments.length - 1] += isEscape ? key.charAt(++index) : character;
  }
  return segments;
}

export function formatKey(segments: readonly string[]): string {
  return segments.map((segment) => segment.replace(/[.\\]/g, '\\$&')).join('.');
}

/** Keys come from code, a few again and again; should they come from data, this is the bound. */
const MAX_PARSED_KEYS = 1_000;

/** Keys that were parsed before: a read then costs a look into a map. */
class ParsedKeys {
  readonly #segments = new Map<string, readonly string[]>();

  parse(key: string): readonly string[] {
    const known = this.#segments.get(key);
    if (known !== undefined) return known;
    const segments = parseKey(key);
    if (this.#segments.size < MAX_PARSED_KEYS) this.#segments.set(key, segments);
    return segments;
  }
}

export const KEYS = new ParsedKeys();

/** The value at a path, or undefined. Own properties only. */
export function valueAt(content: Json | undefined, segments: readonly string[]): Json | undefined {
  let value = content;
  for (const segment of segments) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, segment)) return undefined;
    value = (value as { readonly [key: string]: Json })[segment];
  }
  return value;
}
