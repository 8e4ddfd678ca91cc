import { reasonOf } from '../logger.js';
import type { Snapshot } from './snapshot.js';

/**
 * Looks at a revision before it is applied. Throwing, or returning a text or a list that is not empty, rejects it with
 * that reason, and the service goes on with what it has. Synchronous: a promise is a rejection too.
 */
export type Validator = (next: Snapshot, current: Snapshot) => void | string | readonly string[];

/** Why the validators refuse a revision, or null. */
export function findRejection(
  validators: Iterable<Validator>,
  next: Snapshot,
  current: Snapshot,
): string | null {
  for (const validate of validators) {
    const reason = ask(validate, next, current);
    if (reason !== null) return reason;
  }
  return null;
}

function ask(validate: Validator, next: Snapshot, current: Snapshot): string | null {
  let answer: unknown;
  try {
    answer = validate(next, current);
  } catch (error) {
    return reasonOf(error) || 'a validator threw';
  }
  if (answer === undefined || answer === null || answer === '') return null;
  if (typeof answer === 'string') return answer;
  if (Array.isArray(answer)) return answer.length === 0 ? null : answer.map(String).join('; ');
  if (answer instanceof Promise) answer.catch(() => 'its outcome no longer matters');
  return 'a validator answered neither with nothing, a text nor a list of texts (it must not be asynchronous)';
}
