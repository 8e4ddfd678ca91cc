import type { ContentError } from '../configs/content-limits.js';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../configs/json.js';
import { appendPointer, type JsonPointer, pointerTokens } from '../configs/json-pointer.js';
import { compileLinearPattern, type LinearPattern } from './linear-pattern.js';
import type { SchemaDraft } from './schema-draft.js';
import { SCHEMA_FORMATS } from './schema-formats.js';
import { type KeywordKind, keywordKind, NEEDS_ONE_OF, UNSUPPORTED } from './schema-keyword.js';

/** The programs of all patterns of one schema together, in instructions; a common pattern takes some dozens. */
const MAX_PATTERN_SIZE = 50_000;
const MAX_ERRORS = 50;
const ROOT_ONLY: ReadonlySet<string> = new Set(['$schema', 'x-binnacle-rules']);

/** A `$ref`: where it stands, and what it says. */
export type SchemaReference = { pointer: JsonPointer; target: string };

export type CheckedSchema = {
  errors: ContentError[];
  /** The schema without its annotations, and with `marker: true` added to every subschema that is an object. */
  marked: Json;
  patterns: ReadonlyMap<string, LinearPattern>;
  references: readonly SchemaReference[];
};

/**
 * Finds what the meta-schema of a draft cannot: unknown keywords and formats, keywords without effect, patterns that
 * cannot run in linear time, and references to places that hold no schema. Expects a schema that its meta-schema accepts.
 */
export function checkSchema(schema: Json, draft: SchemaDraft, marker: string): CheckedSchema {
  const check = new SchemaCheck(draft, marker);
  const marked = check.schema(schema, '', '');
  check.localReferences();
  return { errors: check.errors, marked, patterns: check.patterns, references: check.references };
}

class SchemaCheck {
  readonly errors: ContentError[] = [];
  readonly patterns = new Map<string, LinearPattern>();
  readonly references: (SchemaReference & { base: JsonPointer })[] = [];
  readonly #schemaPlaces = new Set<JsonPointer>();
  readonly #draft: SchemaDraft;
  readonly #marker: string;
  #patternSize = 0;

  constructor(draft: SchemaDraft, marker: string) {
    this.#draft = draft;
    this.#marker = marker;
  }

  /** `base` is the place of the nearest enclosing schema with an id of its own: local references begin there. */
  schema(schema: Json, pointer: JsonPointer, base: JsonPointer): Json {
    this.#schemaPlaces.add(pointer);
    if (!isJsonObject(schema)) return schema;
    const id = schema[this.#draft === 'draft-04' ? 'id' : '$id'];
    const ownBase = typeof id === 'string' && !id.startsWith('#') ? pointer : base;
    const marked: { [key: string]: Json } = {};
    for (const [keyword, value] of Object.entries(schema)) {
      const place = appendPointer(pointer, keyword);
      const kind = keywordKind(keyword, this.#draft);
      if (kind === undefined) {
        this.#fail(place, this.#unknownKeyword(keyword));
      } else if (kind !== 'annotation') {
        marked[keyword] = this.#keyword(kind, value, place, ownBase);
        this.#check(keyword, value, schema, place, ownBase);
      } else if (ROOT_ONLY.has(keyword) && pointer !== '') {
        this.#fail(place, `only the root of a schema may have "${keyword}"`);
      }
    }
    marked[this.#marker] = true;
    return marked;
  }

  /** Refuses `#/…` references to anything but a schema: what lies elsewhere was neither checked nor marked. */
  localReferences(): void {
    for (const { pointer, target, base } of this.references) {
      if (!target.startsWith('#/')) continue;
      if (!this.#schemaPlaces.has(base + normalFragment(target.slice(1)))) {
        this.#fail(pointer, `"${target}" names no schema in this document`);
      }
    }
  }

  #unknownKeyword(keyword: string): string {
    const remedy = this.#draft === '2020-12' ? UNSUPPORTED.get(keyword) : undefined;
    if (remedy !== undefined) return `"${keyword}" is not supported; ${remedy}`;
    const name = keyword.length > 60 ? `${keyword.slice(0, 60)}…` : keyword;
    return `unknown keyword "${name}" in ${this.#draft}; your own keywords begin with "x-"`;
  }

  #keyword(kind: KeywordKind, value: Json, pointer: JsonPointer, base: JsonPointer): Json {
    switch (kind) {
      case 'annotation':
      case 'value':
        return value;
      case 'schema':
        return this.schema(value, pointer, base);
      case 'schemas':
        return isJsonArray(value) ? this.#list(value, pointer, base) : value;
      case 'schema-or-schemas':
        return isJsonArray(value) ? this.#list(value, pointer, base) : this.schema(value, pointer, base);
      case 'schema-map':
      case 'schema-or-names-map':
        return isJsonObject(value) ? this.#map(value, pointer, base) : value;
    }
  }

  #list(schemas: readonly Json[], pointer: JsonPointer, base: JsonPointer): Json {
    return schemas.map((schema, index) => this.schema(schema, appendPointer(pointer, index), base));
  }

  #map(schemas: JsonObject, pointer: JsonPointer, base: JsonPointer): Json {
    const marked: { [key: string]: Json } = {};
    for (const [name, schema] of Object.entries(schemas)) {
      const place = appendPointer(pointer, name);
      // A list of names in `dependencies` comes back as it is.
      marked[name] = isJsonArray(schema) ? schema : this.schema(schema, place, base);
    }
    return marked;
  }

  #check(keyword: string, value: Json, siblings: JsonObject, pointer: JsonPointer, base: JsonPointer): void {
    const partners = NEEDS_ONE_OF.get(keyword);
    if (partners && !partners.some((partner) => Object.hasOwn(siblings, partner))) {
      const names = partners.map((partner) => `"${partner}"`).join(' or ');
      this.#fail(pointer, `"${keyword}" has no effect without ${names} beside it`);
    }
    if (keyword === 'additionalItems' && !isJsonArray(siblings['items'] ?? null)) {
      this.#fail(pointer, '"additionalItems" has no effect unless "items" is an array of schemas');
    }
    if (keyword === 'pattern' && typeof value === 'string') this.#pattern(value, pointer);
    if (keyword === 'patternProperties' && isJsonObject(value)) {
      for (const pattern of Object.keys(value)) this.#pattern(pattern, appendPointer(pointer, pattern));
    }
    if (keyword === 'format' && typeof value === 'string' && !Object.hasOwn(SCHEMA_FORMATS, value)) {
      this.#fail(pointer, `unknown format; must be one of ${Object.keys(SCHEMA_FORMATS).join(', ')}`);
    }
    if (keyword === '$ref' && typeof value === 'string') {
      this.references.push({ pointer, target: value, base });
    }
  }

  #pattern(source: string, pointer: JsonPointer): void {
    if (this.patterns.has(source) || this.#patternSize > MAX_PATTERN_SIZE) return;
    const compiled = compileLinearPattern(source);
    if (!compiled.ok) return this.#fail(pointer, compiled.message);
    this.patterns.set(source, compiled.pattern);
    this.#patternSize += compiled.pattern.size;
    if (this.#patternSize > MAX_PATTERN_SIZE) {
      this.#fail(
        pointer,
        'the patterns of this schema are too large together; use fewer and smaller repetitions',
      );
    }
  }

  #fail(pointer: JsonPointer, message: string): void {
    if (this.errors.length < MAX_ERRORS) this.errors.push({ pointer, message });
  }
}

/** A pointer written as a URI fragment (RFC 6901 §6), with its escapes as `appendPointer` writes them. */
function normalFragment(fragment: string): JsonPointer {
  try {
    return pointerTokens(decodeURIComponent(fragment)).reduce<JsonPointer>(appendPointer, '');
  } catch {
    // Not a valid percent-encoding: then it is no place in this document.
    return '/\ufffd';
  }
}
