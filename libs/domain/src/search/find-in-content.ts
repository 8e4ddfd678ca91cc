import { isJsonObject, type Json, type JsonObject } from '../configs/json.js';
import { type JsonPointer, pointerTokens } from '../configs/json-pointer.js';
import { JsonWalk } from '../configs/json-walk.js';
import { SECRET_KEY } from '../secrets/secret-reference.js';

/** What is looked for: places that fit all that is given. */
export interface SoughtContent {
  /** Part of a key or of a value, whatever the case, or the beginning of a JSON Pointer. */
  readonly anything?: string | undefined;
  /** Part of a key, whatever the case. */
  readonly key?: string | undefined;
  /** Part of a string, number or boolean, whatever the case. */
  readonly value?: string | undefined;
  /** This very place; all that begin like it when it ends with `*`. */
  readonly pointer?: string | undefined;
}

export interface FoundPlace {
  readonly pointer: JsonPointer;
  readonly value: Json;
}

/** After so many places, whoever searches can do something else. */
const PLACES_AT_ONCE = 500;
/** Text that JSON and a database write and compare alike, whatever the case. */
const PLAIN_RUN = /[\x20-\x7e]+/g;
const ARRAY_INDEX = /^\d+$/;

/**
 * Every place of a content that is sought, in document order. Now and then it yields undefined: a pause in which others
 * may have their turn. A reference to a secret is one value, and its name is what it says.
 */
export function* findInContent(
  content: JsonObject,
  sought: SoughtContent,
): Generator<FoundPlace | undefined, void> {
  const fits = matcherOf(sought);
  const walk = new JsonWalk(content);
  let isReferenceOpen = false;
  let visited = 0;
  for (let node = walk.next(); node !== undefined; node = walk.next()) {
    visited += 1;
    if (visited % PLACES_AT_ONCE === 0) yield undefined;
    const isInReference = isReferenceOpen;
    const value = node.value as Json;
    const name = secretNameOf(value);
    isReferenceOpen = name !== undefined;
    if (isInReference || visited === 1) continue;
    if (fits({ key: node.key, text: name ?? textOf(value), pointer: () => walk.pointer() }))
      yield { pointer: walk.pointer(), value };
  }
}

/**
 * Words that stand, whatever the case, in the canonical JSON of every content in which something is found: for a database
 * to leave out most of the others. There may be none.
 */
export function wordsOfSought({ anything, key, value, pointer }: SoughtContent): string[] {
  const places = pointer === undefined ? [] : tokensOf(pointer.replace(/\*$/, ''));
  const words = [key, value, ...places].filter((word) => word !== undefined);
  // It may be a part of a value or a place: both have these in them.
  if (anything?.startsWith('/') === true)
    words.push(...anything.split('/').filter((token) => !token.includes('~') && !ARRAY_INDEX.test(token)));
  else if (anything !== undefined) words.push(anything);
  return words.flatMap((word) => JSON.stringify(word).slice(1, -1).match(PLAIN_RUN) ?? []);
}

interface Place {
  readonly key: string | undefined;
  /** Of a scalar, and the name of a secret. */
  readonly text: string | undefined;
  /** Put together only when it is asked for. */
  pointer(): JsonPointer;
}

function matcherOf({ anything, key, value, pointer }: SoughtContent): (place: Place) => boolean {
  const conditions: ((place: Place) => boolean)[] = [];
  if (key !== undefined) {
    const hasKey = containing(key);
    conditions.push((place) => hasKey(place.key));
  }
  if (value !== undefined) {
    const hasText = containing(value);
    conditions.push((place) => hasText(place.text));
  }
  if (pointer !== undefined) {
    const beginning = pointer.endsWith('*') ? pointer.slice(0, -1) : undefined;
    conditions.push((place) =>
      beginning === undefined ? place.pointer() === pointer : place.pointer().startsWith(beginning),
    );
  }
  if (anything !== undefined) {
    const has = containing(anything);
    const isPlace = anything.startsWith('/');
    conditions.push(
      (place) => has(place.key) || has(place.text) || (isPlace && place.pointer().startsWith(anything)),
    );
  }
  return (place) => conditions.every((isMet) => isMet(place));
}

function containing(part: string): (text: string | undefined) => boolean {
  const lowered = part.toLowerCase();
  return (text) => text !== undefined && text.toLowerCase().includes(lowered);
}

function textOf(value: Json): string | undefined {
  return typeof value === 'object' ? undefined : String(value);
}

function secretNameOf(value: Json): string | undefined {
  if (!isJsonObject(value) || !Object.hasOwn(value, SECRET_KEY)) return undefined;
  const name = value[SECRET_KEY];
  return typeof name === 'string' && Object.keys(value).length === 1 ? name : undefined;
}

/** An index is not written in the content. */
function tokensOf(pointer: JsonPointer): string[] {
  return pointerTokens(pointer).filter((token) => !ARRAY_INDEX.test(token));
}
