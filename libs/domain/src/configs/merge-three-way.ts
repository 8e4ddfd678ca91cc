import { JsonIdentities } from './json-identities.js';
import { isJsonObject, type Json, type JsonObject, setOwn } from './json.js';
import { appendPointer, type JsonPointer } from './json-pointer.js';

/** A place that both sides changed, each in its own way. What a side does not have there is left out. */
export interface MergeConflict {
  readonly pointer: JsonPointer;
  readonly base?: Json;
  readonly mine?: Json;
  readonly theirs?: Json;
}

export interface MergedThreeWay {
  /** Where there is a conflict it has what is mine, also when that is nothing. */
  readonly merged: Json;
  readonly conflicts: readonly MergeConflict[];
}

/**
 * Brings two changes of the same content together. Objects are merged key by key; everything else, arrays too, is one
 * value: who changed it wins over who did not, and where both did, differently, that is a conflict. Never changes its
 * arguments; the result may share parts with them. Only own properties count, so that a key called `__proto__` is plain
 * data. Recursive: meant for values inside the content limits.
 *
 * @example mergeThreeWay({ a: 1, b: 1 }, { a: 2, b: 1 }, { a: 1, b: 3 }) // { merged: { a: 2, b: 3 }, conflicts: [] }
 */
export function mergeThreeWay(base: Json, mine: Json, theirs: Json): MergedThreeWay {
  const merge = new Merge();
  // What both sides have is never merged to nothing.
  const merged = merge.values('', base, mine, theirs) as Json;
  return { merged, conflicts: merge.conflicts };
}

class Merge {
  readonly conflicts: MergeConflict[] = [];
  readonly #identities = new JsonIdentities();

  /** Undefined stands for nothing, on every side. */
  values(
    pointer: JsonPointer,
    base: Json | undefined,
    mine: Json | undefined,
    theirs: Json | undefined,
  ): Json | undefined {
    if (this.#isSame(mine, theirs) || this.#isSame(base, theirs)) return mine;
    if (this.#isSame(base, mine)) return theirs;
    const isObjectBefore = base === undefined || isJsonObject(base);
    if (isObjectBefore && isJsonObject(mine) && isJsonObject(theirs))
      return this.#objects(pointer, base ?? {}, mine, theirs);
    this.conflicts.push({
      pointer,
      ...(base === undefined ? {} : { base }),
      ...(mine === undefined ? {} : { mine }),
      ...(theirs === undefined ? {} : { theirs }),
    });
    return mine;
  }

  /** Keys in my order, with theirs behind. */
  #objects(pointer: JsonPointer, base: JsonObject, mine: JsonObject, theirs: JsonObject): JsonObject {
    const merged: { [key: string]: Json } = {};
    for (const key of new Set([...Object.keys(mine), ...Object.keys(theirs), ...Object.keys(base)])) {
      const sides = [base, mine, theirs].map((side) => (Object.hasOwn(side, key) ? side[key] : undefined));
      const value = this.values(appendPointer(pointer, key), sides[0], sides[1], sides[2]);
      if (value !== undefined) setOwn(merged, key, value);
    }
    return merged;
  }

  #isSame(one: Json | undefined, other: Json | undefined): boolean {
    if (one === undefined || other === undefined) return one === other;
    return this.#identities.of(one) === this.#identities.of(other);
  }
}
