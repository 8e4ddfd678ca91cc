import type { TextEdit } from './apply-text-edits.js';
import type { ContentError } from './content-limits.js';
import { createMergePatch } from './create-merge-patch.js';
import { JsonIdentities } from './json-identities.js';
import { isJsonObject, type Json, type JsonObject, setOwn } from './json.js';
import { appendPointer, type JsonPointer, pointerTokens } from './json-pointer.js';

/** An environment's overlay, what lies under it, and the effective config that values are taken from. */
export interface PromotionInput {
  /** All layers under the overlay, merged. */
  readonly lower: JsonObject;
  /** Empty while there is none. */
  readonly overlay: JsonObject;
  /** The effective config now: the overlay merged over what is below. */
  readonly current: JsonObject;
  /** The effective config that values are taken from. */
  readonly source: JsonObject;
  /** Which places take the value, or the absence, that they have there; all unless given. */
  readonly pointers?: readonly JsonPointer[] | undefined;
}

export type PlannedPromotion =
  | {
      readonly ok: true;
      /** What the effective config becomes, and the overlay that makes it so. */
      readonly desired: JsonObject;
      readonly overlay: JsonObject;
      /** What turns the overlay of now into that one: each changes one member of an object. */
      readonly edits: readonly TextEdit[];
    }
  | { readonly ok: false; readonly errors: readonly ContentError[] };

/**
 * Plans the promotion of one environment's config to another: an overlay by which the chosen places have the same values
 * there, and all others the values that they had. Of the overlay stays what need not change.
 */
export function planPromotion({
  lower,
  overlay,
  current,
  source,
  pointers,
}: PromotionInput): PlannedPromotion {
  const errors: ContentError[] = [];
  const desired = pointers === undefined ? source : takeOver(current, source, pointers, errors);
  if (errors.length > 0) return { ok: false, errors };
  const created = createMergePatch(lower, desired, overlay);
  if (!created.ok) return created;
  return { ok: true, desired, overlay: created.patch, edits: editsBetween(overlay, created.patch) };
}

function takeOver(
  current: JsonObject,
  source: JsonObject,
  pointers: readonly JsonPointer[],
  errors: ContentError[],
): JsonObject {
  let desired = current;
  // Shorter ones first, so that a place inside of another one that is chosen, too, changes nothing.
  for (const pointer of pointers.toSorted((one, other) => one.length - other.length)) {
    const taken = takeMember(desired, source, pointerTokens(pointer));
    if (typeof taken === 'string') errors.push({ pointer, message: taken });
    else desired = taken;
  }
  return desired;
}

/** The object with one place as it is in the source, or why that cannot be. */
function takeMember(
  target: JsonObject,
  source: Json | undefined,
  tokens: readonly string[],
): JsonObject | string {
  const [token, ...rest] = tokens;
  if (token === undefined) return isJsonObject(source) ? source : 'is no object there';
  if (source !== undefined && !isJsonObject(source))
    return 'lies inside of a value that is no object; choose the place of that value';
  const wanted = source !== undefined && Object.hasOwn(source, token) ? source[token] : undefined;
  const held = Object.hasOwn(target, token) ? target[token] : undefined;
  if (rest.length === 0) return withMember(target, token, wanted);
  if (held === undefined && wanted === undefined) return target;
  if (held !== undefined && !isJsonObject(held))
    return 'lies inside of a value that is no object here; choose the place of that value';
  const taken = takeMember(held ?? {}, wanted, rest);
  if (typeof taken === 'string') return taken;
  // What is not there needs no object around it.
  return held === undefined && Object.keys(taken).length === 0 ? target : withMember(target, token, taken);
}

function withMember(target: JsonObject, key: string, value: Json | undefined): JsonObject {
  // Spread defines own properties: safe for every key.
  const copy: { [key: string]: Json } = { ...target };
  if (value === undefined) delete copy[key];
  else setOwn(copy, key, value);
  return copy;
}

/** Edits of single members, objects being gone into; arrays and all others are one value. */
function editsBetween(from: JsonObject, to: JsonObject): TextEdit[] {
  const identities = new JsonIdentities();
  const edits: TextEdit[] = [];
  const compare = (before: JsonObject, after: JsonObject, pointer: JsonPointer): void => {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      const place = appendPointer(pointer, key);
      if (!Object.hasOwn(after, key)) {
        edits.push({ pointer: place, remove: true });
        continue;
      }
      const value = after[key] as Json;
      const held = Object.hasOwn(before, key) ? before[key] : undefined;
      if (held !== undefined && identities.of(held) === identities.of(value)) continue;
      if (isJsonObject(held) && isJsonObject(value)) compare(held, value, place);
      else edits.push({ pointer: place, value });
    }
  };
  compare(from, to, '');
  return edits;
}
