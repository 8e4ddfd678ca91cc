import { isJsonObject, pointerTokens, type Json, type JsonObject } from '@binnacle/domain';

/** An object, or true or false; anything else is taken for true. */
export type JsonSchema = Json;
export type SchemaObject = JsonObject;

export function isSchemaObject(schema: Json | undefined): schema is SchemaObject {
  return isJsonObject(schema);
}

/** What is deeper is not looked at; also the bound for schemas that a program made. */
export const MAX_DEPTH = 64;

/** What a reference inside of the same schema names: `#`, `#/$defs/pool`; undefined for any other. */
export function schemaAt(root: JsonSchema, reference: string): JsonSchema | undefined {
  if (!reference.startsWith('#')) return undefined;
  let tokens: readonly string[];
  try {
    tokens = pointerTokens(decodeURIComponent(reference.slice(1)));
  } catch (error) {
    // Not even a URI: it names nothing.
    if (error instanceof URIError) return undefined;
    throw error;
  }
  if (reference.length > 1 && !reference.startsWith('#/')) return undefined;
  let found: Json | undefined = root;
  for (const token of tokens) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, token)) return undefined;
    found = (found as JsonObject)[token];
  }
  return found;
}

/** Whether a reference leads back to itself without an object or array in between: a schema that says nothing. */
export function isCircular(root: JsonSchema, reference: string): boolean {
  const reached = new Set(referencesBeside(schemaAt(root, reference)));
  // The set grows while it is walked.
  for (const next of reached)
    for (const further of referencesBeside(schemaAt(root, next))) reached.add(further);
  return reached.has(reference);
}

/** The references that stand for the same value as the schema itself does. */
function referencesBeside(schema: JsonSchema | undefined, depth = 0): string[] {
  if (!isSchemaObject(schema) || depth > MAX_DEPTH) return [];
  const combined = ['allOf', 'anyOf', 'oneOf'].flatMap((keyword) => schema[keyword] ?? []).flat() as Json[];
  const own = typeof schema['$ref'] === 'string' ? [schema['$ref']] : [];
  return [...own, ...combined.flatMap((member) => referencesBeside(member, depth + 1))];
}
