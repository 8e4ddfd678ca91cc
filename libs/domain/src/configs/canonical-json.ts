import { isJsonArray, type Json, type JsonObject } from './json.js';

const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * The canonical text of a value (RFC 8785): no white space, keys in UTF-16 code-unit order, numbers and strings as
 * ECMAScript writes them. Equal values have equal texts, which makes the text fit to be hashed.
 *
 * Throws a `TypeError` on what JSON cannot carry: lone surrogates, `NaN`, infinities and anything that is not JSON.
 * Recursive: meant for values inside the content limits.
 */
export function canonicalJson(value: Json): string {
  const ordered = inCanonicalOrder(value);
  if (ordered === UNORDERABLE) return writeCanonical(value);
  const text = JSON.stringify(ordered);
  // JSON.stringify writes a lone surrogate as `\udXXX`; only then is the slower, checking writer needed.
  return text.includes('\\ud') ? writeCanonical(value) : text;
}

/** Stands for an object in which no JavaScript object could hold the keys in canonical order. */
const UNORDERABLE = Symbol('unorderable');

/**
 * The same value with every object's keys inserted in canonical order, so that the engine's own, much faster
 * `JSON.stringify` writes it. What is in order already is not copied.
 */
function inCanonicalOrder(value: Json): Json | typeof UNORDERABLE {
  if (typeof value !== 'object') {
    assertScalar(value);
    return value;
  }
  if (value === null) return value;
  if (isJsonArray(value)) return inCanonicalOrderArray(value);
  const keys = Object.keys(value);
  const sorted = isSorted(keys) ? keys : [...keys].sort();
  let same = sorted === keys;
  const copy: { [key: string]: Json } = {};
  let hasIndexLikeKey = false;
  for (const key of sorted) {
    const firstUnit = key.charCodeAt(0);
    if (firstUnit >= 48 && firstUnit <= 57) hasIndexLikeKey = true;
    if (key === '__proto__') return UNORDERABLE;
    const member = value[key] as Json;
    const ordered = inCanonicalOrder(member);
    if (ordered === UNORDERABLE) return UNORDERABLE;
    if (ordered !== member) same = false;
    copy[key] = ordered;
  }
  if (same) return value;
  // Objects list keys that look like array indexes first and by number: `9` before `10`.
  if (hasIndexLikeKey && !isSorted(Object.keys(copy))) return UNORDERABLE;
  return copy;
}

function inCanonicalOrderArray(value: readonly Json[]): Json | typeof UNORDERABLE {
  let copy: Json[] | undefined;
  for (let index = 0; index < value.length; index++) {
    const element = value[index] as Json;
    const ordered = inCanonicalOrder(element);
    if (ordered === UNORDERABLE) return UNORDERABLE;
    if (ordered !== element) copy ??= [...value];
    if (copy) copy[index] = ordered;
  }
  return copy ?? value;
}

function isSorted(keys: readonly string[]): boolean {
  for (let index = 1; index < keys.length; index++) {
    if ((keys[index - 1] as string) > (keys[index] as string)) return false;
  }
  return true;
}

function writeCanonical(value: Json): string {
  if (typeof value === 'string') return writeString(value);
  if (typeof value !== 'object') {
    assertScalar(value);
    return JSON.stringify(value);
  }
  if (value === null) return 'null';
  if (isJsonArray(value)) return `[${value.map(writeCanonical).join(',')}]`;
  return writeObject(value);
}

function writeObject(value: JsonObject): string {
  const members = Object.keys(value)
    .sort()
    .map((key) => `${writeString(key)}:${writeCanonical(value[key] as Json)}`);
  return `{${members.join(',')}}`;
}

function writeString(value: string): string {
  if (LONE_SURROGATE.test(value)) throw new TypeError('a string holds half of a surrogate pair');
  return JSON.stringify(value);
}

function assertScalar(value: unknown): void {
  if (typeof value === 'string' || typeof value === 'boolean') return;
  if (typeof value === 'number' && Number.isFinite(value)) return;
  throw new TypeError(`${typeof value === 'number' ? String(value) : typeof value} is not a JSON value`);
}
