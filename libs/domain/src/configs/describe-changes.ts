import { findDifferences, type JsonDifference } from './json-diff.js';
import { JsonIdentities } from './json-identities.js';
import type { Json } from './json.js';
import type { JsonPointer } from './json-pointer.js';

/**
 * One change as a person reads it. `pointer` leads into the newer content, but for `removed` into the older one; the
 * indexes of arrays are those of that content. Without its values when they are too large (`omitted`).
 */
export type DescribedChange =
  | { readonly kind: 'added'; readonly pointer: JsonPointer; readonly after: Json }
  | { readonly kind: 'removed'; readonly pointer: JsonPointer; readonly before: Json }
  | { readonly kind: 'changed'; readonly pointer: JsonPointer; readonly before: Json; readonly after: Json }
  /** Went from one place to another as it was: a key that was renamed, or an element of an array. */
  | {
      readonly kind: 'moved';
      readonly pointer: JsonPointer;
      readonly from: JsonPointer;
      readonly before: Json;
      readonly after: Json;
    }
  | {
      readonly kind: 'added' | 'removed' | 'changed' | 'moved';
      readonly pointer: JsonPointer;
      readonly from?: JsonPointer;
      readonly omitted: true;
    };

export interface DescribeBounds {
  readonly maxChanges: number;
  /** Of one change with its values, and of all: UTF-16 units of their JSON. */
  readonly maxCharactersOfChange: number;
  readonly maxCharacters: number;
}

export interface DescribedChanges {
  readonly changes: readonly DescribedChange[];
  /** Of all changes, those that are missing too. */
  readonly total: number;
  /** Whether something is missing: changes or values. */
  readonly truncated: boolean;
}

export const DEFAULT_DESCRIBE_BOUNDS: DescribeBounds = {
  maxChanges: 1_000,
  maxCharactersOfChange: 16_384,
  maxCharacters: 262_144,
};

/** Shorter texts, numbers and so on stand in many places: that one is gone here and new there means nothing. */
const MIN_MOVED_CHARACTERS = 8;

/**
 * What changed from one content to another, for people: what is new, gone, changed and only moved. Cut to fit; empty
 * for equal contents. Recursive: meant for values inside the content limits.
 *
 * @example describeChanges({ port: 80 }, { port: 443 }).changes
 *          // [{ kind: 'changed', pointer: '/port', before: 80, after: 443 }]
 */
export function describeChanges(
  from: Json,
  to: Json,
  bounds: DescribeBounds = DEFAULT_DESCRIBE_BOUNDS,
): DescribedChanges {
  const identities = new JsonIdentities();
  return describeDifferences(findDifferences(from, to, identities), identities, bounds);
}

/** The same for differences that were found already. */
export function describeDifferences(
  differences: readonly JsonDifference[],
  identities: JsonIdentities,
  { maxChanges, maxCharactersOfChange, maxCharacters }: DescribeBounds = DEFAULT_DESCRIBE_BOUNDS,
): DescribedChanges {
  const described = withMoves(differences, identities);
  const changes: DescribedChange[] = [];
  let charactersLeft = maxCharacters;
  let isWhole = described.length <= maxChanges;
  for (const change of described.slice(0, maxChanges)) {
    const kept = JSON.stringify(change).length <= maxCharactersOfChange ? change : withoutValues(change);
    charactersLeft -= JSON.stringify(kept).length;
    if (kept !== change || charactersLeft < 0) isWhole = false;
    if (charactersLeft < 0) break;
    changes.push(kept);
  }
  return { changes, total: described.length, truncated: !isWhole };
}

type WholeChange = Exclude<DescribedChange, { readonly omitted: true }>;

function withoutValues(change: WholeChange): DescribedChange {
  const { kind, pointer } = change;
  const from = change.kind === 'moved' ? { from: change.from } : {};
  return { kind, pointer, ...from, omitted: true };
}

/** In the order of the differences; a move stands where the value is now. */
function withMoves(differences: readonly JsonDifference[], identities: JsonIdentities): WholeChange[] {
  const origins = uniqueOf(differences, identities, 'removed');
  const targets = uniqueOf(differences, identities, 'added');
  return differences.flatMap((difference): WholeChange[] => {
    switch (difference.kind) {
      case 'added': {
        const { path: pointer, after } = difference;
        const origin = partner(difference, after, identities, targets, origins);
        if (origin?.kind !== 'removed') return [{ kind: 'added', pointer, after }];
        return [{ kind: 'moved', pointer, from: origin.origin, before: origin.before, after }];
      }
      case 'removed': {
        const { origin: pointer, before } = difference;
        const target = partner(difference, before, identities, origins, targets);
        return target === undefined ? [{ kind: 'removed', pointer, before }] : [];
      }
      case 'changed': {
        const { path: pointer, before, after } = difference;
        return [{ kind: 'changed', pointer, before, after }];
      }
    }
  });
}

/** By identity of the value; null where it is not the only one. */
type Unique = ReadonlyMap<number, JsonDifference | null>;

function uniqueOf(
  differences: readonly JsonDifference[],
  identities: JsonIdentities,
  kind: 'added' | 'removed',
): Unique {
  const found = new Map<number, JsonDifference | null>();
  for (const difference of differences) {
    if (difference.kind !== kind) continue;
    const value = difference.kind === 'added' ? difference.after : difference.before;
    if (!isTelling(value)) continue;
    const identity = identities.of(value);
    found.set(identity, found.has(identity) ? null : difference);
  }
  return found;
}

function partner(
  difference: JsonDifference,
  value: Json,
  identities: JsonIdentities,
  own: Unique,
  others: Unique,
): JsonDifference | undefined {
  if (!isTelling(value)) return undefined;
  const identity = identities.of(value);
  return own.get(identity) === difference ? (others.get(identity) ?? undefined) : undefined;
}

function isTelling(value: Json): boolean {
  if (typeof value === 'string') return value.length >= MIN_MOVED_CHARACTERS;
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}
