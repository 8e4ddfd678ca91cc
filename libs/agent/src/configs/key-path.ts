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

/** The value at a path, or undefined. Own properties only. */
export function valueAt(content: Json | undefined, segments: readonly string[]): Json | undefined {
  let value = content;
  for (const segment of segments) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, segment)) return undefined;
    value = (value as { readonly [key: string]: Json })[segment];
  }
  return value;
}
