import type { ErrorObject } from 'ajv';
import type { JsonPointer } from '../configs/json-pointer.js';

/** Keywords whose error only says that something below failed, or might not have with another value. */
const SUMMARIES = new Set(['anyOf', 'oneOf', 'not', 'if', 'contains', 'uniqueItems', 'const', 'enum']);

/**
 * Leaves out what ajv says of strings that are not known: that such a place holds a string is certain, which one is not.
 * A summary further up falls with the errors that it may have come from.
 */
export function exceptUnknown(
  errors: readonly ErrorObject[],
  unknown: ReadonlySet<JsonPointer>,
): readonly ErrorObject[] {
  if (unknown.size === 0) return errors;
  const isAbove = (place: JsonPointer) =>
    [...unknown].some((pointer) => pointer === place || pointer.startsWith(`${place}/`));
  return errors.filter(({ keyword, instancePath }) => {
    if (unknown.has(instancePath)) return keyword === 'type';
    return !SUMMARIES.has(keyword) || !isAbove(instancePath);
  });
}
