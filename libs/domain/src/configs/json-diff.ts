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
  const diff = new Diff();
  diff.values('', from, to);
  return diff.changes;
}

class Diff {
  readonly changes: JsonChange[] = [];
  readonly #identities = new JsonIdentities();
  #stepsLeft = MAX_ALIGNMENT_STEPS;

  values(path: JsonPointer, from: Json, to: Json): void {
    if (this.#identities.of(from) === this.#identities.of(to)) return;
    if (isJsonObject(from) && isJsonObject(to)) this.#objects(path, from, to);
    else if (isJsonArray(from) && isJsonArray(to)) this.#arrays(path, from, to);
    else this.changes.push({ op: 'replace', path, value: to });
  }

  #objects(path: JsonPointer, from: JsonObject, to: JsonObject): void {
    const added = Object.keys(to).filter((key) => !Object.hasOwn(from, key));
    for (const key of [...Object.keys(from), ...added].sort()) {
      const place = appendPointer(path, key);
      if (!Object.hasOwn(to, key)) this.changes.push({ op: 'remove', path: place });
      else if (!Object.hasOwn(from, key))
        this.changes.push({ op: 'add', path: place, value: to[key] as Json });
      else this.values(place, from[key] as Json, to[key] as Json);
    }
  }

  #arrays(path: JsonPointer, from: readonly Json[], to: readonly Json[]): void {
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
      this.#gap(path, from.slice(leftAt, start + leftKept), to.slice(rightAt, start + rightKept), rightAt);
      leftAt = start + leftKept + 1;
      rightAt = start + rightKept + 1;
    }
  }

  /** Elements between two kept ones. What is before `index` is new by now, so that indexes there are those of `to`. */
  #gap(path: JsonPointer, from: readonly Json[], to: readonly Json[], index: number): void {
    const both = Math.min(from.length, to.length);
    for (let at = 0; at < both; at++)
      this.values(appendPointer(path, index + at), from[at] as Json, to[at] as Json);
    for (let at = both; at < to.length; at++)
      this.changes.push({ op: 'add', path: appendPointer(path, index + at), value: to[at] as Json });
    for (let at = both; at < from.length; at++)
      this.changes.push({ op: 'remove', path: appendPointer(path, index + both) });
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
