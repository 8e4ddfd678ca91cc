import type { ContentError } from './content-limits.js';
import { JsonWalk } from './json-walk.js';

export const LONE_SURROGATE = /\p{Surrogate}/u;
const MAX_ERRORS = 20;

/**
 * Finds what JSON cannot carry from one program to the next without harm: values that are not JSON, numbers that lose
 * digits, halves of surrogate pairs, and keys called `__proto__`. Reports at most 20.
 * Expects a value inside the content limits: shared parts are visited each time.
 */
export function checkJsonValue(value: unknown): ContentError[] {
  const errors: ContentError[] = [];
  const walk = new JsonWalk(value);
  for (let node = walk.next(); node !== undefined; node = walk.next()) {
    const message = (node.key === undefined ? undefined : keyFault(node.key)) ?? valueFault(node.value);
    if (message === undefined) continue;
    errors.push({ pointer: walk.pointer().replace(/\p{Surrogate}/gu, '\ufffd'), message });
    if (errors.length === MAX_ERRORS) break;
  }
  return errors;
}

export const PROTO_KEY_MESSAGE = 'the key "__proto__" is not allowed; choose another name';

export const LOST_DIGITS_MESSAGE =
  'is a whole number beyond ±9007199254740991 and would lose digits; write it as a string';
export const HALF_CHARACTER_MESSAGE = 'holds half of a surrogate pair; write the whole character';

function keyFault(key: string): string | undefined {
  if (key === '__proto__') return PROTO_KEY_MESSAGE;
  if (LONE_SURROGATE.test(key)) return 'the key holds half of a surrogate pair; write the whole character';
  return undefined;
}

function valueFault(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
      return LONE_SURROGATE.test(value) ? HALF_CHARACTER_MESSAGE : undefined;
    case 'number':
      return numberFault(value);
    case 'boolean':
      return undefined;
    case 'object':
      return value === null || isPlain(value) ? undefined : 'must be a plain JSON value';
    case 'undefined':
    case 'bigint':
    case 'symbol':
    case 'function':
      return `must be a JSON value, is ${typeof value}`;
  }
}

/** Why a number cannot be carried by JSON without loss, if so. */
export function numberFault(value: number): string | undefined {
  if (!Number.isFinite(value)) {
    return 'must be a number that JSON can hold (no NaN, no infinity); write it as a string';
  }
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    return LOST_DIGITS_MESSAGE;
  }
  return undefined;
}

function isPlain(value: object): boolean {
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  // An object from another realm (a worker, a test's sandbox) has another Object.prototype, with nothing above it.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
