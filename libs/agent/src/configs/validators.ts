import { reasonOf } from '../logger.js';
import type { Snapshot } from './snapshot.js';

/**
 * Looks at the whole configuration, all layers merged, before a revision or a file is applied. Throwing, or returning a
 * text or a list that is not empty, rejects it with that reason, and the service goes on with what it has. Synchronous: a
 * promise is a rejection too.
 */
export type Validator = (next: Snapshot, current: Snapshot) => void | string | readonly string[];

/** Reasons that are told together; a validator after so many is not asked. */
const MAX_REASONS = 10;

/** Why the validators refuse a configuration, or null. */
export function findRejection(
  validators: Iterable<Validator>,
  next: Snapshot,
  current: Snapshot,
): string | null {
  const reasons: string[] = [];
  for (const validate of validators) {
    const reason = ask(validate, next, current);
    if (reason !== null) reasons.push(reason);
    if (reasons.length === MAX_REASONS) break;
  }
  return reasons.length === 0 ? null : reasons.join('; ');
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
