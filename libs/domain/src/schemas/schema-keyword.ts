import type { SchemaDraft } from './schema-draft.js';

/**
 * What a keyword holds. An `annotation` says nothing about validity; a `schema-or-names` map is that of
 * `dependencies`, in which a member is a schema or a list of names.
 */
export type KeywordKind =
  'annotation' | 'value' | 'schema' | 'schemas' | 'schema-or-schemas' | 'schema-map' | 'schema-or-names-map';

const EVERY_DRAFT: Record<string, KeywordKind> = {
  $schema: 'annotation',
  title: 'annotation',
  description: 'annotation',
  default: 'annotation',
  $comment: 'annotation',
  examples: 'annotation',
  deprecated: 'annotation',
  readOnly: 'annotation',
  writeOnly: 'annotation',
  contentEncoding: 'annotation',
  contentMediaType: 'annotation',
  contentSchema: 'annotation',
  $ref: 'value',
  type: 'value',
  enum: 'value',
  format: 'value',
  multipleOf: 'value',
  maximum: 'value',
  exclusiveMaximum: 'value',
  minimum: 'value',
  exclusiveMinimum: 'value',
  maxLength: 'value',
  minLength: 'value',
  pattern: 'value',
  maxItems: 'value',
  minItems: 'value',
  uniqueItems: 'value',
  maxProperties: 'value',
  minProperties: 'value',
  required: 'value',
  $defs: 'schema-map',
  definitions: 'schema-map',
  properties: 'schema-map',
  patternProperties: 'schema-map',
  dependencies: 'schema-or-names-map',
  additionalProperties: 'schema',
  not: 'schema',
  items: 'schema-or-schemas',
  allOf: 'schemas',
  anyOf: 'schemas',
  oneOf: 'schemas',
};

const SINCE_DRAFT_07: Record<string, KeywordKind> = {
  $id: 'value',
  const: 'value',
  contains: 'schema',
  propertyNames: 'schema',
  if: 'schema',
  then: 'schema',
  else: 'schema',
};

const KEYWORDS: Record<SchemaDraft, ReadonlyMap<string, KeywordKind>> = {
  'draft-04': keywordMap(EVERY_DRAFT, { id: 'value', additionalItems: 'schema' }),
  'draft-07': keywordMap(EVERY_DRAFT, SINCE_DRAFT_07, { additionalItems: 'schema' }),
  '2020-12': keywordMap(EVERY_DRAFT, SINCE_DRAFT_07, {
    $anchor: 'value',
    maxContains: 'value',
    minContains: 'value',
    dependentRequired: 'value',
    dependentSchemas: 'schema-map',
    prefixItems: 'schemas',
    unevaluatedItems: 'schema',
    unevaluatedProperties: 'schema',
  }),
};

function keywordMap(...tables: Record<string, KeywordKind>[]): ReadonlyMap<string, KeywordKind> {
  return new Map(tables.flatMap((table) => Object.entries(table)));
}

/** `undefined` for a keyword that the draft does not have. Keywords that begin with `x-` are the user's own. */
export function keywordKind(keyword: string, draft: SchemaDraft): KeywordKind | undefined {
  return keyword.startsWith('x-') ? 'annotation' : KEYWORDS[draft].get(keyword);
}

/** Keywords of 2020-12 that the validator would get wrong, with what to write in their place. */
export const UNSUPPORTED: ReadonlyMap<string, string> = new Map([
  ['$dynamicRef', 'use "$ref"'],
  ['$dynamicAnchor', 'use "$anchor"'],
  ['$vocabulary', 'it belongs into meta-schemas; remove it'],
]);

/** Keywords that do nothing unless one of the others stands beside them. */
export const NEEDS_ONE_OF: ReadonlyMap<string, readonly string[]> = new Map([
  ['if', ['then', 'else']],
  ['then', ['if']],
  ['else', ['if']],
  ['minContains', ['contains']],
  ['maxContains', ['contains']],
]);
