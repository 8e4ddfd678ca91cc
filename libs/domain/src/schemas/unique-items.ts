import { canonicalJson } from '../configs/canonical-json.js';
import type { Json } from '../configs/json.js';

/**
 * The first two equal elements of an array, or `undefined`. In linear time, where comparing all pairs of a 1 MiB array
 * would take minutes.
 */
export function findEqualItems(items: readonly Json[]): [number, number] | undefined {
  const seen = new Map<unknown, number>();
  for (const [index, item] of items.entries()) {
    // The space keeps the text of an object apart from a string that reads the same.
    const identity = typeof item === 'object' ? ` ${canonicalJson(item)}` : item;
    const key = typeof item === 'string' ? `"${item}` : identity;
    const earlier = seen.get(key);
    if (earlier !== undefined) return [earlier, index];
    seen.set(key, index);
  }
  return undefined;
}
