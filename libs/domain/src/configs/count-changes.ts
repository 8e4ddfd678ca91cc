import { JsonIdentities } from './json-identities.js';
import { isJsonObject, type Json } from './json.js';

/** Leaves that one content has and another has not, or has otherwise. */
export interface ChangeCounts {
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
}

/**
 * The leaves of a content. A leaf is anything but an object with members, as in `explainLayers`: an array is one, however
 * long, and so is an empty object.
 */
export function countLeaves(value: Json): number {
  if (!isJsonObject(value)) return 1;
  const keys = Object.keys(value);
  if (keys.length === 0) return 1;
  return keys.reduce((sum, key) => sum + countLeaves(value[key] as Json), 0);
}

/**
 * How large a change is, in leaves. All zero for equal contents, and only for those.
 *
 * @example countChanges({ a: 1, b: { c: 2 } }, { a: 2, d: 3 }) // { added: 1, changed: 1, removed: 1 }
 */
export function countChanges(from: Json, to: Json): ChangeCounts {
  const counts = { added: 0, changed: 0, removed: 0 };
  countInto(counts, from, to, new JsonIdentities());
  return counts;
}

type Counting = { -readonly [Count in keyof ChangeCounts]: number };

function countInto(counts: Counting, from: Json, to: Json, identities: JsonIdentities): void {
  if (isJsonObject(from) && isJsonObject(to)) {
    for (const key of Object.keys(from)) {
      if (Object.hasOwn(to, key)) countInto(counts, from[key] as Json, to[key] as Json, identities);
      else counts.removed += countLeaves(from[key] as Json);
    }
    for (const key of Object.keys(to))
      if (!Object.hasOwn(from, key)) counts.added += countLeaves(to[key] as Json);
  } else if (isJsonObject(from) || isJsonObject(to)) {
    counts.removed += countLeaves(from);
    counts.added += countLeaves(to);
  } else if (identities.of(from) !== identities.of(to)) counts.changed += 1;
}
