import type { ErrorObject } from 'ajv';
import type { ContentError } from '../configs/content-limits.js';
import { isJsonArray, isJsonObject, type Json } from '../configs/json.js';
import { appendPointer } from '../configs/json-pointer.js';

const MAX_ERRORS = 50;
const MAX_MESSAGE_LENGTH = 300;
const MAX_VALUE_LENGTH = 60;
const MAX_NAMES = 10;

const FORMAT_EXAMPLES: ReadonlyMap<string, string> = new Map([
  ['date', '2026-11-22'],
  ['time', '10:30:00Z'],
  ['date-time', '2026-11-22T10:30:00Z'],
  ['duration', 'PT30S'],
  ['uri', 'https://example.com/path'],
  ['url', 'https://example.com/path'],
  ['email', 'name@example.com'],
  ['hostname', 'db-1.example.com'],
  ['ipv4', '192.0.2.1'],
  ['ipv6', '2001:db8::1'],
  ['uuid', '123e4567-e89b-12d3-a456-426614174000'],
  ['json-pointer', '/server/port'],
]);

/**
 * Turns what ajv found into a list for people, at most 50. Errors that only repeat what the others say are left out, and
 * the types that alternatives ask for at one place become one error.
 */
export function describeErrors(errors: readonly ErrorObject[]): ContentError[] {
  const described = new Map<string, ContentError>();
  for (const error of joinTypes(errors.filter((candidate) => !isSummary(candidate, errors)))) {
    const content = describeError(error);
    described.set(`${content.pointer} ${content.message}`, content);
    if (described.size === MAX_ERRORS) break;
  }
  return [...described.values()];
}

/**
 * One ajv error (made with `verbose`) as a place in the content and what would be right there. A missing or unknown
 * property is named by the message; the pointer leads to the object for the first and to the property for the second.
 */
export function describeError(error: ErrorObject): ContentError {
  const isName = error.propertyName !== undefined && error.keyword !== 'propertyNames';
  const name = error.propertyName ?? unknownProperty(error);
  const pointer = name === undefined ? error.instancePath : appendPointer(error.instancePath, name);
  const message = `${isName ? 'the name of this property ' : ''}${requirement(error)}`;
  return { pointer, message: shorten(message, MAX_MESSAGE_LENGTH) };
}

function unknownProperty({ keyword, params }: ErrorObject): string | undefined {
  if (keyword === 'additionalProperties') return String(params['additionalProperty']);
  return keyword === 'unevaluatedProperties' ? String(params['unevaluatedProperty']) : undefined;
}

function requirement(error: ErrorObject): string {
  const { keyword, params, data } = error;
  const limit = String(params['limit']);
  switch (keyword) {
    case 'type':
      return `must be ${typeNames(params['type'])}, is ${preview(data)}`;
    case 'required':
      return `must have the property ${quote(params['missingProperty'])}`;
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return `unknown property ${quote(unknownProperty(error))}${knownProperties(error.parentSchema)}`;
    case 'dependencies':
    case 'dependentRequired':
      return `must have ${quoteAll(String(params['deps']).split(', '))} because it has ${quote(params['property'])}`;
    case 'propertyNames':
      return `the name of this property is not allowed`;
    case 'enum':
      return `must be one of ${previewAll(params['allowedValues'])}, is ${preview(data)}`;
    case 'const':
      return `must be ${preview(params['allowedValue'])}, is ${preview(data)}`;
    case 'minimum':
    case 'maximum':
    case 'exclusiveMinimum':
    case 'exclusiveMaximum':
      return `must be ${comparison(params['comparison'])} ${limit}, is ${preview(data)}`;
    case 'multipleOf':
      return `must be a multiple of ${String(params['multipleOf'])}, is ${preview(data)}`;
    case 'minLength':
    case 'maxLength':
      return `must have ${atLeastOrMost(keyword)} ${count(limit, 'character')}, has ${[...String(data)].length}`;
    case 'minItems':
    case 'maxItems':
      return `must have ${atLeastOrMost(keyword)} ${count(limit, 'item')}, has ${size(data)}`;
    case 'minProperties':
    case 'maxProperties':
      return `must have ${atLeastOrMost(keyword)} ${limit} properties, has ${size(data)}`;
    case 'items':
    case 'additionalItems':
    case 'unevaluatedItems':
      return `must have at most ${count(String(params['limit'] ?? params['len']), 'item')}, has ${size(data)}`;
    case 'pattern':
      return `must match the pattern ${shorten(String(params['pattern']), 120)}, is ${preview(data)}`;
    case 'format':
      return `must be a valid ${String(params['format'])}${example(params['format'])}, is ${preview(data)}`;
    case 'uniqueItems':
      return `must not have equal items; items ${(params['equal'] as number[] | undefined)?.join(' and ')} are equal`;
    case 'contains':
      return containsRequirement(params['minContains'], params['maxContains']);
    case 'not':
      return `must not match the schema under "not", is ${preview(data)}`;
    case 'anyOf':
      return 'must match at least one of the alternatives';
    case 'oneOf':
      return oneOfRequirement(params['passingSchemas']);
    case 'if':
      return `must match the schema under ${quote(params['failingKeyword'])}`;
    case 'false schema':
      return 'must not be here; remove it';
    default:
      return error.message ?? `must keep the rule ${quote(keyword)}`;
  }
}

/** Summaries come after the errors that they sum up. A `oneOf` with several matches is no summary. */
function isSummary(error: ErrorObject, errors: readonly ErrorObject[]): boolean {
  switch (error.keyword) {
    case 'if':
      return errors.length > 1;
    case 'oneOf':
      return error.params['passingSchemas'] === null && hasDeeper(error, errors);
    case 'anyOf':
      return hasDeeper(error, errors);
    case 'propertyNames':
      return errors.some(
        ({ keyword, propertyName }) =>
          keyword !== 'propertyNames' && propertyName === error.params['propertyName'],
      );
    default:
      return false;
  }
}

function hasDeeper(error: ErrorObject, errors: readonly ErrorObject[]): boolean {
  return errors.some((other) => other !== error && other.instancePath.startsWith(error.instancePath));
}

function joinTypes(errors: readonly ErrorObject[]): ErrorObject[] {
  const joined: ErrorObject[] = [];
  const typeErrors = new Map<string, ErrorObject>();
  for (const error of errors) {
    const key = `${error.instancePath} ${error.propertyName ?? ''}`;
    const earlier = error.keyword === 'type' ? typeErrors.get(key) : undefined;
    if (earlier) {
      const types = new Set([earlier.params['type'], error.params['type']].flat() as string[]);
      earlier.params['type'] = [...types];
    } else if (error.keyword === 'type') {
      const copy = { ...error, params: { ...error.params } };
      typeErrors.set(key, copy);
      joined.push(copy);
    } else {
      joined.push(error);
    }
  }
  return joined;
}

function typeNames(types: unknown): string {
  const names = [types].flat().map((type) => {
    if (type === 'null') return 'null';
    return /^[aeiou]/.test(String(type)) ? `an ${String(type)}` : `a ${String(type)}`;
  });
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} or ${names.at(-1)}` : names.join('');
}

function comparison(operator: unknown): string {
  switch (operator) {
    case '<=':
      return 'at most';
    case '>=':
      return 'at least';
    case '<':
      return 'less than';
    default:
      return 'greater than';
  }
}

function atLeastOrMost(keyword: string): string {
  return keyword.startsWith('min') ? 'at least' : 'at most';
}

function containsRequirement(minContains: unknown, maxContains: unknown): string {
  const most = maxContains === undefined ? '' : ` and at most ${String(maxContains)}`;
  return `must contain at least ${String(minContains)}${most} items that match the schema under "contains"`;
}

function oneOfRequirement(passing: unknown): string {
  const several = Array.isArray(passing)
    ? `, matches number ${passing.map((index) => Number(index) + 1).join(' and ')}`
    : '';
  return `must match exactly one of the alternatives${several}`;
}

function knownProperties(parentSchema: unknown): string {
  const properties = isJsonObject(parentSchema) ? parentSchema['properties'] : undefined;
  return isJsonObject(properties) ? `; known: ${quoteAll(Object.keys(properties))}` : '';
}

function example(format: unknown): string {
  const text = FORMAT_EXAMPLES.get(String(format));
  return text === undefined ? '' : ` (such as ${text})`;
}

function count(number: string, noun: string): string {
  return `${number} ${noun}${number === '1' ? '' : 's'}`;
}

function size(data: unknown): number {
  return Array.isArray(data) ? data.length : Object.keys(data as object).length;
}

function quote(name: unknown): string {
  return JSON.stringify(shorten(String(name), MAX_VALUE_LENGTH));
}

function quoteAll(names: readonly string[]): string {
  const shown = names.slice(0, MAX_NAMES).map(quote).join(', ');
  return names.length > MAX_NAMES ? `${shown} and ${names.length - MAX_NAMES} more` : shown;
}

function previewAll(values: unknown): string {
  const all = values as readonly Json[];
  const shown = all.slice(0, MAX_NAMES).map(preview).join(', ');
  return all.length > MAX_NAMES ? `${shown} and ${all.length - MAX_NAMES} more` : shown;
}

/** A scalar as JSON, cut short; of containers only the kind, for they may be a MiB long. */
function preview(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(shorten(value, MAX_VALUE_LENGTH));
  if (isJsonArray(value)) return value.length === 0 ? '[]' : 'an array';
  if (isJsonObject(value)) return Object.keys(value).length === 0 ? '{}' : 'an object';
  return String(value);
}

function shorten(text: string, maxLength: number): string {
  return text.length > maxLength ? `${text.slice(0, maxLength - 1)}…` : text;
}
