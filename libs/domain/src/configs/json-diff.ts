import { JsonIdentities } from './json-identities.js';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from './json.js';
import { appendPointer, type JsonPointer } from './json-pointer.js';

/** What `diffJson` makes use of: the whole of RFC 6902 is in `JsonPatchOperation`. */
export type JsonChange =
  | { readonly op: 'add' | 'replace'; readonly path: JsonPointer; readonly value: Json }
  | { readonly op: 'remove'; readonly path: JsonPointer };

/** Steps of aligning arrays in one diff: some 20 ms. What is beyond is compared element by element. */
const MAX_ALIGNMENT_STEPS = 4_000_000;
const MAX_ALIGNMENT_STEPS_OF_ARRAY = 1_000_000;

/**
 * What turns one value into another, as a JSON Patch (RFC 6902) of `add`, `remove` and `replace`; empty for equal values.
 * Keys go in order, so that the same values always give the same patch. Elements of arrays are told apart by what is equal
 * in both. Recursive: meant for values inside the content limits.
 *
 * @example diffJson({ port: 80 }, { port: 443 }) // [{ op: 'replace', path: '/port', value: 443 }]
 */
export function diffJson(from: Json, to: Json): JsonChange[] {
  return toPatch(findDifferences(from, to));
}

/** Differences as they were found, as a patch. */
export function toPatch(differences: readonly JsonDifference[]): JsonChange[] {
  return differences.map((difference): JsonChange => {
    const { path } = difference;
    switch (difference.kind) {
      case 'added':
        return { op: 'add', path, value: difference.after };
      case 'removed':
        return { op: 'remove', path };
      case 'changed':
        return { op: 'replace', path, value: difference.after };
    }
  });
}

/**
 * One place where two values differ. `path` is that of a patch's operation, when those before it are done: for what is
 * added or changed it also leads to `after` in the newer value. `origin` leads to `before` in the older one.
 */
export type JsonDifference =
  | { readonly kind: 'added'; readonly path: JsonPointer; readonly after: Json }
  | {
      readonly kind: 'removed';
      readonly path: JsonPointer;
      readonly origin: JsonPointer;
      readonly before: Json;
    }
  | {
      readonly kind: 'changed';
      readonly path: JsonPointer;
      readonly origin: JsonPointer;
      readonly before: Json;
      readonly after: Json;
    };

/** What `diffJson` tells as a patch, with both sides. `identities` may be used again for other parts of the same values. */
export function findDifferences(from: Json, to: Json, identities = new JsonIdentities()): JsonDifference[] {
  const diff = new Diff(identities);
  diff.values({ path: '', origin: '' }, from, to);
  return diff.differences;
}

/** The same container in a patch and in the older value. */
interface Place {
  readonly path: JsonPointer;
  readonly origin: JsonPointer;
}

class Diff {
  readonly differences: JsonDifference[] = [];
  readonly #identities: JsonIdentities;
  #stepsLeft = MAX_ALIGNMENT_STEPS;

  constructor(identities: JsonIdentities) {
    this.#identities = identities;
  }

  values(place: Place, before: Json, after: Json): void {
    if (this.#identities.of(before) === this.#identities.of(after)) return;
    if (isJsonObject(before) && isJsonObject(after)) this.#objects(place, before, after);
    else if (isJsonArray(before) && isJsonArray(after)) this.#arrays(place, before, after);
    else this.differences.push({ kind: 'changed', ...place, before, after });
  }

  #objects(place: Place, from: JsonObject, to: JsonObject): void {
    const added = Object.keys(to).filter((key) => !Object.hasOwn(from, key));
    for (const key of [...Object.keys(from), ...added].sort()) {
      const member = memberOf(place, key, key);
      if (!Object.hasOwn(to, key))
        this.differences.push({ kind: 'removed', ...member, before: from[key] as Json });
      else if (!Object.hasOwn(from, key))
        this.differences.push({ kind: 'added', path: member.path, after: to[key] as Json });
      else this.values(member, from[key] as Json, to[key] as Json);
    }
  }

  #arrays(place: Place, from: readonly Json[], to: readonly Json[]): void {
    const left = from.map((element) => this.#identities.of(element));
    const right = to.map((element) => this.#identities.of(element));
    let start = 0;
    while (start < left.length && start < right.length && left[start] === right[start]) start += 1;
    let [leftEnd, rightEnd] = [left.length, right.length];
    while (leftEnd > start && rightEnd > start && left[leftEnd - 1] === right[rightEnd - 1]) {
      leftEnd -= 1;
      rightEnd -= 1;
    }
    const kept = this.#align(left.slice(start, leftEnd), right.slice(start, rightEnd));
    let [leftAt, rightAt] = [start, start];
    for (const [leftKept, rightKept] of [...kept, [leftEnd - start, rightEnd - start] as const]) {
      const gap = { leftAt, rightAt };
      this.#gap(place, from.slice(leftAt, start + leftKept), to.slice(rightAt, start + rightKept), gap);
      leftAt = start + leftKept + 1;
      rightAt = start + rightKept + 1;
    }
  }

  /** Elements between two kept ones. What is before `rightAt` is new by now, so that indexes there are those of `to`. */
  #gap(
    place: Place,
    from: readonly Json[],
    to: readonly Json[],
    { leftAt, rightAt }: { readonly leftAt: number; readonly rightAt: number },
  ): void {
    const both = Math.min(from.length, to.length);
    for (let at = 0; at < both; at++)
      this.values(memberOf(place, rightAt + at, leftAt + at), from[at] as Json, to[at] as Json);
    for (let at = both; at < to.length; at++) {
      const path = appendPointer(place.path, rightAt + at);
      this.differences.push({ kind: 'added', path, after: to[at] as Json });
    }
    for (let at = both; at < from.length; at++) {
      const member = memberOf(place, rightAt + both, leftAt + at);
      this.differences.push({ kind: 'removed', ...member, before: from[at] as Json });
    }
  }

  /** Pairs of indexes of a longest common subsequence; none when finding one would take too many steps. */
  #align(left: readonly number[], right: readonly number[]): (readonly [number, number])[] {
    const steps = left.length * right.length;
    if (steps === 0 || steps > MAX_ALIGNMENT_STEPS_OF_ARRAY || steps > this.#stepsLeft) return [];
    this.#stepsLeft -= steps;
    const width = right.length + 1;
    /** How many elements can be kept of what is from here on in both. */
    const lengths = new Uint16Array((left.length + 1) * width);
    for (let row = left.length - 1; row >= 0; row--)
      for (let column = right.length - 1; column >= 0; column--) {
        const at = row * width + column;
        lengths[at] =
          left[row] === right[column]
            ? (lengths[at + width + 1] as number) + 1
            : Math.max(lengths[at + width] as number, lengths[at + 1] as number);
      }
    const kept: (readonly [number, number])[] = [];
    for (let row = 0, column = 0; row < left.length && column < right.length;) {
      const at = row * width + column;
      if (left[row] === right[column]) kept.push([row++, column++]);
      else if ((lengths[at + width] as number) >= (lengths[at + 1] as number)) row += 1;
      else column += 1;
    }
    return kept;
  }
}

function memberOf({ path, origin }: Place, inPatch: string | number, inOrigin: string | number): Place {
  return { path: appendPointer(path, inPatch), origin: appendPointer(origin, inOrigin) };
}
