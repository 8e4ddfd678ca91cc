import { types } from 'node:util';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { isRecord } from '../is-record.js';
import { reasonOf } from '../logger.js';
import { formatKey } from './key-path.js';
import type { Validator } from './validators.js';

export type SchemaAnswer =
  | { readonly ok: true; readonly output: unknown }
  | { readonly ok: false; readonly issues: readonly StandardSchemaV1.Issue[] };

const MAX_ISSUES = 10;

/** Asks a schema at once. One that throws, or answers later, refuses. */
export function askSchema(schema: StandardSchemaV1, value: unknown): SchemaAnswer {
  try {
    const result = schema['~standard'].validate(value);
    if (types.isPromise(result)) {
      result.catch(() => 'its outcome no longer matters');
      return refuse('its schema is asynchronous, and a configuration is judged at once');
    }
    return result.issues === undefined
      ? { ok: true, output: result.value }
      : { ok: false, issues: result.issues };
  } catch (error) {
    return refuse(reasonOf(error) || 'its schema threw');
  }
}

/**
 * A validator that asks a schema about the whole configuration, or about one key of it. A secret is a `SecretValue`, and
 * not a text, to the schema.
 *
 * @example createAgent({ service, environment, validate: conformsTo(z.object({ pool: z.object({ max: z.number() }) })) })
 */
export function conformsTo(schema: StandardSchemaV1): Validator {
  return ({ content }) => {
    const answer = askSchema(schema, content);
    return answer.ok ? undefined : describeIssues(answer.issues, []);
  };
}

/** In words, each with the key that it is about. */
export function describeIssues(issues: readonly StandardSchemaV1.Issue[], prefix: readonly string[]): string {
  const told = issues.slice(0, MAX_ISSUES).map(({ message, path = [] }) => {
    const own = path.map((segment) => String(isRecord(segment) ? segment['key'] : segment));
    const key = formatKey([...prefix, ...own]);
    return key === '' ? message : `${key}: ${message}`;
  });
  const more = issues.length - told.length;
  return more > 0 ? `${told.join('; ')}; and ${more} more` : told.join('; ');
}

/** Objects and arrays that a schema made, all the way down; what has a class of its own is left as it is. */
export function freezeOutput(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null) return value;
  Object.freeze(value);
  for (const member of Object.values(value)) freezeOutput(member);
  return value;
}

function refuse(message: string): SchemaAnswer {
  return { ok: false, issues: [{ message }] };
}
