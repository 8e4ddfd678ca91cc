import type { Json } from '@binnacle/domain';
import { commentFor } from './comment-for.js';
import {
  isCircular,
  isSchemaObject,
  type JsonSchema,
  MAX_DEPTH,
  schemaAt,
  type SchemaObject,
} from './json-schema.js';
import { literalType, propertyName, union } from './type-text.js';

const TYPE_NAME = /^[A-Za-z_$][A-Za-z0-9_$]*$/;
const ALL_TYPES = ['null', 'boolean', 'number', 'string', 'array', 'object'];

/**
 * A TypeScript declaration of what a JSON Schema (2020-12, draft-07 or draft-04) allows, for `createAgent<Name>()`. Titles,
 * descriptions, defaults and deprecations become comments. What a type cannot say (ranges, patterns, `not`, `if`) is left
 * to validators; keys besides the named ones are allowed and not declared. Throws a `TypeError` for a name that is none.
 *
 * @example typeFromSchema({ properties: { port: { type: 'integer' } }, required: ['port'] }, 'CheckoutConfig')
 *          // export type CheckoutConfig = { readonly port: number };
 */
export function typeFromSchema(schema: Json, name: string): string {
  if (!TYPE_NAME.test(name))
    throw new TypeError(`typeFromSchema: ${JSON.stringify(name)} is no name of a type`);
  return new TypeWriter(schema, name).write();
}

class TypeWriter {
  readonly #root: JsonSchema;
  readonly #name: string;
  /** The types of places that references name, in the order of their finding. */
  readonly #names = new Map<string, string>();

  constructor(root: JsonSchema, name: string) {
    this.#root = root;
    this.#name = name;
    this.#names.set('#', name);
  }

  write(): string {
    const declarations: string[] = [];
    // The map grows while it is walked: a type may name others.
    for (const [reference, name] of this.#names) {
      const schema = schemaAt(this.#root, reference) ?? true;
      declarations.push(`${commentFor(schema, '')}export type ${name} = ${this.#typeOf(schema, '', 0)};\n`);
    }
    return declarations.join('\n');
  }

  #typeOf(schema: JsonSchema, indent: string, depth: number): string {
    if (schema === false) return 'never';
    if (!isSchemaObject(schema) || depth > MAX_DEPTH) return 'unknown';
    const parts = [this.#ownType(schema, indent, depth)];
    if (typeof schema['$ref'] === 'string') parts.push(this.#nameOf(schema['$ref']));
    for (const member of listOf(schema['allOf'])) parts.push(this.#typeOf(member, indent, depth + 1));
    for (const keyword of ['anyOf', 'oneOf']) {
      const choices = listOf(schema[keyword]);
      if (choices.length > 0)
        parts.push(union(choices.map((choice) => this.#typeOf(choice, indent, depth + 1))));
    }
    const telling = [...new Set(parts)].filter((part) => part !== 'unknown');
    if (telling.length === 0) return 'unknown';
    return telling.length === 1 ? String(telling[0]) : telling.map((part) => `(${part})`).join(' & ');
  }

  /** Without what combines schemas. */
  #ownType(schema: SchemaObject, indent: string, depth: number): string {
    if (Object.hasOwn(schema, 'const')) return literalType(schema['const'] as Json);
    if (Array.isArray(schema['enum'])) return union(schema['enum'].map(literalType));
    const declared = schema['type'];
    const types = (Array.isArray(declared) ? declared : [declared]).filter(
      (type) => typeof type === 'string' && (ALL_TYPES.includes(type) || type === 'integer'),
    );
    if (types.length === 0) {
      if ('properties' in schema || 'additionalProperties' in schema || 'patternProperties' in schema)
        return this.#objectType(schema, indent, depth);
      return 'items' in schema || 'prefixItems' in schema
        ? this.#arrayType(schema, indent, depth)
        : 'unknown';
    }
    return union(
      types.map((type) => {
        if (type === 'integer') return 'number';
        if (type === 'object') return this.#objectType(schema, indent, depth);
        return type === 'array' ? this.#arrayType(schema, indent, depth) : String(type);
      }),
    );
  }

  #objectType(schema: SchemaObject, indent: string, depth: number): string {
    const properties = isSchemaObject(schema['properties']) ? Object.entries(schema['properties']) : [];
    if (properties.length === 0)
      return `{ readonly [key: string]: ${this.#otherKeys(schema, indent, depth)} }`;
    const required: readonly Json[] = Array.isArray(schema['required']) ? schema['required'] : [];
    const inner = `${indent}  `;
    const lines = properties.map(([key, property]) => {
      const mark = required.includes(key) ? '' : '?';
      const type = this.#typeOf(property, inner, depth + 1);
      return `${commentFor(property, inner)}${inner}readonly ${propertyName(key)}${mark}: ${type};\n`;
    });
    return `{\n${lines.join('')}${indent}}`;
  }

  #otherKeys(schema: SchemaObject, indent: string, depth: number): string {
    const patterns = isSchemaObject(schema['patternProperties'])
      ? Object.values(schema['patternProperties'])
      : [];
    const additional = schema['additionalProperties'];
    const others = patterns.length > 0 && additional === undefined ? [] : [additional ?? true];
    return union([...patterns, ...others].map((other) => this.#typeOf(other, indent, depth + 1)));
  }

  #arrayType(schema: SchemaObject, indent: string, depth: number): string {
    // Before 2020-12 a tuple was an array in `items`, and the rest of it `additionalItems`.
    const isOldTuple = Array.isArray(schema['items']);
    const tuple = listOf(isOldTuple ? schema['items'] : schema['prefixItems']);
    const rest = (isOldTuple ? schema['additionalItems'] : schema['items']) ?? true;
    const restType = this.#typeOf(rest, indent, depth + 1);
    if (tuple.length === 0) return restType === 'never' ? 'readonly []' : `readonly (${restType})[]`;
    const minItems = typeof schema['minItems'] === 'number' ? schema['minItems'] : 0;
    const elements = tuple.map((element, index) => {
      const type = this.#typeOf(element, indent, depth + 1);
      return index < minItems ? type : `(${type})?`;
    });
    if (restType !== 'never') elements.push(`...(${restType})[]`);
    return `readonly [${elements.join(', ')}]`;
  }

  /** The name of the type of a place in this schema; `unknown` for one that is elsewhere, or nowhere. */
  #nameOf(reference: string): string {
    if (isCircular(this.#root, reference)) return 'unknown';
    const known = this.#names.get(reference);
    if (known !== undefined) return known;
    if (schemaAt(this.#root, reference) === undefined) return 'unknown';
    const words =
      decodeURIComponent(reference)
        .split('/')
        .at(-1)
        ?.split(/[^A-Za-z0-9]+/) ?? [];
    const base = this.#name + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
    const taken = new Set(this.#names.values());
    let name = base;
    for (let number = 2; taken.has(name); number++) name = `${base}${number}`;
    this.#names.set(reference, name);
    return name;
  }
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}
