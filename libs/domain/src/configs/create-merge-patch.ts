import type { ContentError } from './content-limits.js';
import { JsonIdentities } from './json-identities.js';
import { isJsonObject, type Json, type JsonObject, setOwn } from './json.js';
import { appendPointer, type JsonPointer } from './json-pointer.js';
import { mergePatch } from './merge-patch.js';

/** A patch, or the places that no merge patch can give the value that they should have: `null` removes (RFC 7396 §1). */
export type CreatedMergePatch =
  | { readonly ok: true; readonly patch: JsonObject }
  | { readonly ok: false; readonly errors: readonly ContentError[] };

/** Stands for a member that is not there. */
const ABSENT = undefined;
type Member = Json | typeof ABSENT;

/**
 * The merge patch (RFC 7396) that turns `from` into `to` and, of an earlier one, keeps all that already says the right
 * thing, also where it says what `from` has anyway. Without an earlier one it is the smallest.
 *
 * @param patch the earlier patch
 * @example createMergePatch({ a: 1, b: 2 }, { a: 1, c: 3 }) // { ok: true, patch: { b: null, c: 3 } }
 */
export function createMergePatch(
  from: JsonObject,
  to: JsonObject,
  patch: JsonObject = {},
): CreatedMergePatch {
  const creation = new Creation();
  const created = creation.member(from, patch, to, '');
  if (creation.errors.length > 0) return { ok: false, errors: creation.errors };
  return { ok: true, patch: isJsonObject(created) ? created : {} };
}

class Creation {
  readonly errors: ContentError[] = [];
  readonly #identities = new JsonIdentities();

  /** What stands in the patch at one place, given what is below it, what the patch said before, and what is wanted. */
  member(from: Member, patch: Member, to: Member, pointer: JsonPointer): Member {
    if (this.#isSame(applied(from, patch), to)) return patch;
    if (to === ABSENT) return from === ABSENT ? ABSENT : null;
    if (to === null) {
      this.errors.push({ pointer, message: 'is null, which a merge patch cannot say: there, null removes' });
      return patch;
    }
    if (isJsonObject(to)) return this.#object(from, patch, to, pointer);
    return this.#isSame(from, to) ? ABSENT : to;
  }

  #object(from: Member, patch: Member, to: JsonObject, pointer: JsonPointer): Member {
    const below = isJsonObject(from) ? from : {};
    const before = isJsonObject(patch) ? patch : {};
    const created: { [key: string]: Json } = {};
    // In the order of the patch; what is new in it follows in the order that is wanted.
    for (const key of new Set([...Object.keys(before), ...Object.keys(to), ...Object.keys(below)])) {
      const place = appendPointer(pointer, key);
      const member = this.member(own(below, key), own(before, key), own(to, key), place);
      if (member !== ABSENT) setOwn(created, key, member);
    }
    const saysNothing = Object.keys(created).length === 0 && isJsonObject(from);
    return saysNothing ? ABSENT : created;
  }

  #isSame(one: Member, other: Member): boolean {
    if (one === ABSENT || other === ABSENT) return one === other;
    return this.#identities.of(one) === this.#identities.of(other);
  }
}

/** As `mergePatch` does it, for a member that may not be there. */
function applied(from: Member, patch: Member): Member {
  if (patch === ABSENT) return from;
  return patch === null ? ABSENT : mergePatch(from ?? null, patch);
}

function own(object: JsonObject, key: string): Member {
  return Object.hasOwn(object, key) ? object[key] : ABSENT;
}
