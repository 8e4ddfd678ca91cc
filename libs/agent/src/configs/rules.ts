import { isDeepStrictEqual } from 'node:util';
import { SecretValue, type Json } from '@binnacle/domain';
import { reasonOf } from '../logger.js';
import { FORMATS, type FormatName } from './formats.js';
import { parseKey, valueAt } from './key-path.js';
import { maskSecrets, secretsWithin } from './secrets.js';
import type { Snapshot } from './snapshot.js';
import type { Validator } from './validators.js';

/**
 * What must hold for the value of a key: says what it must be ("must be at most 5"), or nothing when it holds. A secret comes
 * as its text. Asked only when there is a value; see `required`.
 */
export type KeyCheck = (value: Json, next: Snapshot) => string | undefined | void;

const IS_REQUIRED = Symbol('binnacle.agent.required');

/**
 * A validator for one key. The reason of a rejection names the key and what must hold, and never the value.
 *
 * @example createAgent({ service, environment, validate: [
 *   rule('pool.max', required(), integer(), inRange({ min: 1, max: 100 })),
 *   rule('log.level', oneOf('debug', 'info', 'warn')),
 *   rule('api.url', hasFormat('url')),
 * ] })
 */
export function rule(key: string, ...checks: readonly KeyCheck[]): Validator {
  const segments = parseKey(key);
  const isRequired = checks.some((check) => IS_REQUIRED in check);
  return (next) => {
    const found: unknown = valueAt(next.content, segments);
    if (found === undefined || found === null) return isRequired ? `${key}: is required` : undefined;
    const value = found instanceof SecretValue ? found.reveal() : (found as Json);
    const reasons = checks.map((check) => ask(check, value, next)).filter((reason) => reason !== null);
    // A check of the service's own may say what it was given.
    return reasons.map((reason) => `${key}: ${maskSecrets(reason, secretsWithin(found))}`);
  };
}

/** There must be a value. */
export function required(): KeyCheck {
  return Object.assign(() => undefined, { [IS_REQUIRED]: true });
}

export function integer(): KeyCheck {
  return (value) => (Number.isSafeInteger(value) ? undefined : 'must be a whole number');
}

/** For numbers; both ends belong to the range. */
export function inRange({ min = -Infinity, max = Infinity }: { min?: number; max?: number }): KeyCheck {
  if (!(min <= max)) throw new TypeError('inRange: `min` must not be above `max`');
  return (value) => {
    if (typeof value !== 'number') return 'must be a number';
    if (value < min) return `must be at least ${min}`;
    return value > max ? `must be at most ${max}` : undefined;
  };
}

/** For texts and arrays: characters, or elements. */
export function hasLength({ min = 0, max = Infinity }: { min?: number; max?: number }): KeyCheck {
  if (!(min <= max)) throw new TypeError('hasLength: `min` must not be above `max`');
  return (value) => {
    if (typeof value !== 'string' && !Array.isArray(value)) return 'must be a text or an array';
    if (value.length < min) return `must have a length of at least ${min}`;
    return value.length > max ? `must have a length of at most ${max}` : undefined;
  };
}

/** One of these values. */
export function oneOf(...values: readonly Json[]): KeyCheck {
  return (value) =>
    values.some((allowed) => isDeepStrictEqual(allowed, value))
      ? undefined
      : `must be one of ${values.map((allowed) => JSON.stringify(allowed)).join(', ')}`;
}

/** A text that the expression matches. Texts longer than `maxCharacters` are refused unasked: they bound its time. */
export function matches(pattern: RegExp, { maxCharacters = 4_096 } = {}): KeyCheck {
  // Without state: one with the flag g or y would begin where it ended the last time.
  const stateless = new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ''));
  return (value) => {
    if (typeof value !== 'string') return 'must be a text';
    if (value.length > maxCharacters) return `must have at most ${maxCharacters} characters`;
    return stateless.test(value) ? undefined : `must match ${String(stateless)}`;
  };
}

/** A text (a port: also a number) of a known format. */
export function hasFormat(name: FormatName): KeyCheck {
  const format = FORMATS[name];
  if (format === undefined) throw new TypeError(`hasFormat: there is no format ${String(name)}`);
  return (value) => (format.isMet(value) ? undefined : `must be ${format.words}`);
}

function ask(check: KeyCheck, value: Json, next: Snapshot): string | null {
  let answer: unknown;
  try {
    answer = check(value, next);
  } catch (error) {
    return reasonOf(error) || 'its check threw';
  }
  if (answer === undefined || answer === null || answer === '') return null;
  if (typeof answer === 'string') return answer;
  if (answer instanceof Promise) answer.catch(() => 'its outcome no longer matters');
  return 'its check answered neither with nothing nor a text (it must not be asynchronous)';
}
