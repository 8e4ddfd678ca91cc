import type { FieldError } from '@binnacle/contracts';
import { findJsonTextError } from '@binnacle/domain';
import { findEncodingFault } from './body-encoding.js';
import { findExcess, hasLoneSurrogate } from './json-structure.js';

/** More than any document may be nested or hold. */
const STRUCTURE = { maxDepth: 200, maxValues: 100_000 };
const EXCESS = {
  depth: `The body is nested deeper than ${STRUCTURE.maxDepth} levels.`,
  values: `The body holds more than ${STRUCTURE.maxValues} values.`,
};
const LONE_SURROGATE = 'The body holds half of a surrogate pair, which is no character.';
export const NO_JSON =
  'The body is not JSON, or has a key that no object may have (`__proto__`, `constructor.prototype`).';

/** What is wrong with a body; for whoever sent it. */
export interface BodyFault {
  readonly detail: string;
  readonly errors?: FieldError[];
}

/** The text of a body, if there is nothing wrong with it that parsing it would not tell, or would tell too late. */
export function readJsonBody(bytes: Buffer): string | BodyFault {
  const encoding = findEncodingFault(bytes);
  if (encoding !== undefined) return { detail: encoding };
  const text = bytes.toString('utf8');
  const excess = findExcess(text, STRUCTURE);
  if (excess !== undefined) return { detail: EXCESS[excess] };
  if (hasLoneSurrogate(text)) return { detail: LONE_SURROGATE };
  // What JSON.parse keeps silent about, such as a key that stands twice, must not get lost unseen.
  const fault = findJsonTextError(text, STRUCTURE.maxDepth);
  return fault === undefined ? text : { detail: `The body is not right: ${fault.message}.`, errors: [fault] };
}
