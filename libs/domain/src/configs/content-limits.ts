import type { Json } from './json.js';
import { escapePointerToken, type JsonPointer } from './json-pointer.js';
import { JsonWalk, type WalkedNode } from './json-walk.js';

/**
 * A mistake in a content: a JSON Pointer to the place, and what would be right. `line` and `column` are those of the text
 * that it came from, where that is known; both count from 1, columns in UTF-16 units.
 */
export type ContentError = { pointer: string; message: string; line?: number; column?: number };

/**
 * `maxBytes` counts the UTF-8 bytes of the canonical text, `maxDepth` nested objects and arrays (`{}` has depth 1),
 * `maxKeys` the keys of all objects together, `maxKeyCharacters` the UTF-16 units of one key, and `maxPointerCharacters`
 * those of the JSON Pointers to all places in it together.
 */
export type ContentLimits = {
  maxBytes: number;
  maxDepth: number;
  maxKeys: number;
  maxKeyCharacters?: number;
  maxPointerCharacters?: number;
};

export const DEFAULT_CONTENT_LIMITS: ContentLimits = {
  maxBytes: 1_048_576,
  maxDepth: 100,
  maxKeys: 10_000,
};

/**
 * Of what is published from now on: answers that name every place must not be many times as long as the content. What
 * was stored before is read without them.
 */
export const NEW_CONTENT_LIMITS: ContentLimits = {
  ...DEFAULT_CONTENT_LIMITS,
  maxKeyCharacters: 1_024,
  maxPointerCharacters: 8 * DEFAULT_CONTENT_LIMITS.maxBytes,
};

/** Of a key that is too long. */
const SHOWN_KEY_CHARACTERS = 40;

/**
 * Tells which limit a value breaks, the first one only; an empty list when it keeps them all. Works without recursion
 * and stops at the first broken limit, so that no value can cost more than the limits allow.
 */
export function checkContentLimits(value: Json, limits: ContentLimits): ContentError[] {
  let keys = 0;
  let bytes = 0;
  const { maxKeyCharacters = Infinity, maxPointerCharacters = Infinity } = limits;
  const pointers = new PointerCount();
  const walk = new JsonWalk(value);
  for (let node = walk.next(); node !== undefined; node = walk.next()) {
    if (node.key !== undefined) {
      keys += 1;
      bytes += stringBytes(node.key) + 1;
    }
    if (node.index > 0) bytes += 1;
    bytes += ownBytes(node.value);
    if (walk.depth > limits.maxDepth) {
      return [{ pointer: walk.pointer(), message: `is nested deeper than ${limits.maxDepth} levels` }];
    }
    if (keys > limits.maxKeys) {
      return [
        { pointer: walk.pointer(), message: `must have at most ${limits.maxKeys} keys in all, has more` },
      ];
    }
    if (bytes > limits.maxBytes) {
      return [{ pointer: '', message: `must be at most ${limits.maxBytes} bytes of JSON, is more` }];
    }
    if (node.key !== undefined && node.key.length > maxKeyCharacters) {
      const message = `has a key of ${node.key.length} characters that begins with "${beginningOf(node.key)}", and keys have at most ${maxKeyCharacters}`;
      return [{ pointer: parentOf(walk.pointer()), message }];
    }
    if (maxPointerCharacters !== Infinity && pointers.add(walk, node) > maxPointerCharacters) {
      const message = `is where the JSON Pointers to all places have more than ${maxPointerCharacters} characters together; shorten the keys above it, or nest less`;
      return [{ pointer: walk.pointer(), message }];
    }
  }
  return [];
}

/** Adds up how long the pointers to all places are, without writing them. */
class PointerCount {
  #characters = 0;
  /** Of the containers that are open, by their depth. */
  readonly #lengths: number[] = [];

  add({ depth }: JsonWalk, { value, key, index }: WalkedNode): number {
    const isContainer = typeof value === 'object' && value !== null;
    const parent = this.#lengths[isContainer ? depth - 1 : depth];
    const length = parent === undefined ? 0 : parent + 1 + tokenLength(key, index);
    if (isContainer) this.#lengths[depth] = length;
    this.#characters += length;
    return this.#characters;
  }
}

function tokenLength(key: string | undefined, index: number): number {
  return key === undefined ? String(index).length : escapePointerToken(key).length;
}

function beginningOf(key: string): string {
  return key.slice(0, SHOWN_KEY_CHARACTERS).replace(/\p{Surrogate}/gu, '\ufffd');
}

/** Keys have their slashes escaped. */
function parentOf(pointer: JsonPointer): JsonPointer {
  return pointer.slice(0, pointer.lastIndexOf('/'));
}

/** The bytes of a scalar, or of the brackets of a container. */
function ownBytes(value: unknown): number {
  if (typeof value === 'string') return stringBytes(value);
  if (typeof value === 'object' && value !== null) return 2;
  return String(value).length;
}

/** UTF-8 bytes of a string as JSON writes it, with its quotes and escapes. */
function stringBytes(value: string): number {
  let bytes = 2;
  for (let index = 0; index < value.length; index++) {
    const unit = value.charCodeAt(index);
    if (unit < 0x20) bytes += unit >= 8 && unit <= 13 && unit !== 11 ? 2 : 6;
    else if (unit === 0x22 || unit === 0x5c) bytes += 2;
    else if (unit < 0x80) bytes += 1;
    else if (unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff)) bytes += 2;
    else bytes += 3;
  }
  return bytes;
}
