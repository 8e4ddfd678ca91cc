import type { Json } from './json.js';
import { JsonWalk } from './json-walk.js';

/**
 * A mistake in a content: a JSON Pointer to the place, and what would be right. `line` and `column` are those of the text
 * that it came from, where that is known; both count from 1, columns in UTF-16 units.
 */
export type ContentError = { pointer: string; message: string; line?: number; column?: number };

/**
 * `maxBytes` counts the UTF-8 bytes of the canonical text, `maxDepth` nested objects and arrays (`{}` has depth 1),
 * `maxKeys` the keys of all objects together.
 */
export type ContentLimits = { maxBytes: number; maxDepth: number; maxKeys: number };

export const DEFAULT_CONTENT_LIMITS: ContentLimits = {
  maxBytes: 1_048_576,
  maxDepth: 100,
  maxKeys: 10_000,
};

/**
 * Tells which limit a value breaks, the first one only; an empty list when it keeps them all. Works without recursion
 * and stops at the first broken limit, so that no value can cost more than the limits allow.
 */
export function checkContentLimits(value: Json, limits: ContentLimits): ContentError[] {
  let keys = 0;
  let bytes = 0;
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
  }
  return [];
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
