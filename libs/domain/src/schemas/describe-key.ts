import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../configs/json.js';
import { type JsonPointer, pointerTokens } from '../configs/json-pointer.js';
import { SubschemaFinder } from './find-subschemas.js';

/** What a schema says of one place, for the person who fills it in. What it does not say is absent. */
export interface KeyDescription {
  readonly title?: string;
  readonly description?: string;
  /** Names of JSON types, each once; empty when any will do. */
  readonly type: readonly string[];
  readonly default?: Json;
  /** The values that are allowed; of a `const` the single one. */
  readonly enum?: readonly Json[];
  readonly examples: readonly Json[];
  readonly deprecated: boolean;
  /** `x-unit`: `ms`, `MiB`, `%` … */
  readonly unit?: string;
  /** Must the object that holds it have it? */
  readonly required: boolean;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
}

export interface KnownKey extends KeyDescription {
  readonly name: string;
}

/**
 * What a schema says of the place that a pointer names, through local `$ref`, `allOf`, `properties`, `patternProperties`,
 * `additionalProperties` and `items`; of alternatives (`anyOf`, `oneOf`, `if`), what any of them says. `undefined` where
 * the schema says nothing. Meant for schemas that the server accepted; runs in a browser and needs no validator.
 *
 * @example describeKey({properties: {port: {type: 'integer', title: 'Port'}}}, '/port')?.title // 'Port'
 */
export function describeKey(schema: Json, pointer: JsonPointer): KeyDescription | undefined {
  const finder = new SubschemaFinder(schema);
  const tokens = pointerTokens(pointer);
  const subschemas = finder.at(tokens);
  if (subschemas.length === 0) return undefined;
  const last = tokens.at(-1);
  const isRequired =
    last !== undefined && finder.at(tokens.slice(0, -1)).some((parent) => requires(parent, last));
  return toDescription(subschemas, isRequired);
}

/** The keys that a schema names for the object at a pointer, in its order; for completion. */
export function listKeys(schema: Json, pointer: JsonPointer): KnownKey[] {
  const finder = new SubschemaFinder(schema);
  const tokens = pointerTokens(pointer);
  const parents = finder.at(tokens);
  const names = new Set(
    parents.flatMap(({ properties }) => (isJsonObject(properties) ? Object.keys(properties) : [])),
  );
  return [...names].map((name) => {
    const isRequired = parents.some((parent) => requires(parent, name));
    return { name, ...toDescription(finder.inside(parents, name), isRequired) };
  });
}

function requires({ required }: JsonObject, name: string): boolean {
  return isJsonArray(required ?? null) && (required as readonly Json[]).includes(name);
}

function toDescription(subschemas: readonly JsonObject[], required: boolean): KeyDescription {
  const unit = first(subschemas, 'x-unit', isString);
  const title = first(subschemas, 'title', isString);
  const description = first(subschemas, 'description', isString);
  const format = first(subschemas, 'format', isString);
  const minimum = first(subschemas, 'minimum', isNumber);
  const maximum = first(subschemas, 'maximum', isNumber);
  const fallback = subschemas.find((subschema) => Object.hasOwn(subschema, 'default'));
  const values = allowedValues(subschemas);
  return {
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    type: [...new Set(subschemas.flatMap(({ type }) => [type ?? []].flat().filter(isString)))],
    ...(fallback === undefined ? {} : { default: fallback['default'] as Json }),
    ...(values === undefined ? {} : { enum: values }),
    examples: subschemas.flatMap(({ examples }) =>
      isJsonArray(examples ?? null) ? (examples as readonly Json[]) : [],
    ),
    deprecated: subschemas.some(({ deprecated }) => deprecated === true),
    ...(unit === undefined ? {} : { unit }),
    required,
    ...(format === undefined ? {} : { format }),
    ...(minimum === undefined ? {} : { minimum }),
    ...(maximum === undefined ? {} : { maximum }),
  };
}

/** Alternatives may allow different values: all of them are offered. */
function allowedValues(subschemas: readonly JsonObject[]): Json[] | undefined {
  const values = subschemas.flatMap((subschema): readonly Json[] => {
    if (Object.hasOwn(subschema, 'const')) return [subschema['const'] as Json];
    const list = subschema['enum'] ?? null;
    return isJsonArray(list) ? list : [];
  });
  return values.length === 0 ? undefined : [...new Set(values)];
}

function first<Value extends Json>(
  subschemas: readonly JsonObject[],
  keyword: string,
  isValue: (value: Json | undefined) => value is Value,
): Value | undefined {
  return subschemas.map((subschema) => subschema[keyword]).find(isValue);
}

function isString(value: Json | undefined): value is string {
  return typeof value === 'string';
}

function isNumber(value: Json | undefined): value is number {
  return typeof value === 'number';
}
