import { describe, expect, it } from 'vitest';
import type { ContentError } from '../configs/content-limits.js';
import type { Json, JsonObject } from '../configs/json.js';
import { compileSchema } from './compile-schema.js';

const DRAFT_07 = 'http://json-schema.org/draft-07/schema#';
const DRAFT_04 = 'http://json-schema.org/draft-04/schema#';

const errorsOf = (schema: Json): ContentError[] => {
  const compiled = compileSchema(schema);
  return compiled.ok ? [] : compiled.errors;
};
const validate = (schema: Json, content: Json): ContentError[] => {
  const compiled = compileSchema(schema);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.errors));
  return compiled.validate(content);
};
const matching = (message: RegExp) => expect.stringMatching(message) as string;

describe('compileSchema refuses', () => {
  it.each<[string, Json, string, RegExp]>([
    [
      'an unknown type',
      { properties: { a: { type: 'strnig' } } },
      '/properties/a/type',
      /^must be one of "array", /,
    ],
    ['a wrong kind of value', { minLength: '3' }, '/minLength', /must be an integer, is "3"/],
    ['a schema that is no schema', 'x', '', /must be an object or a boolean/],
    [
      'an unknown keyword',
      { items: { requird: ['a'] } },
      '/items/requird',
      /unknown keyword "requird" in 2020-12/,
    ],
    [
      'a keyword of a later draft',
      { $schema: DRAFT_04, const: 1 },
      '/const',
      /unknown keyword "const" in draft-04/,
    ],
    [
      'an unknown keyword under a definition',
      { $defs: { a: { foo: 1 } } },
      '/$defs/a/foo',
      /unknown keyword/,
    ],
    ['$async', { $async: true }, '/$async', /unknown keyword/],
    ['$data', { maximum: { $data: '1/a' } }, '/maximum', /must be a number/],
    ['$dynamicRef', { $dynamicRef: '#a' }, '/$dynamicRef', /not supported; use "\$ref"/],
    ['an unknown format', { format: 'colour' }, '/format', /unknown format; must be one of date, /],
    ['another draft inside', { items: { $schema: DRAFT_07 } }, '/items/$schema', /only the root/],
    ['an unsupported draft', { $schema: 'http://x' }, '/$schema', /2020-12/],
    ['then without if', { then: {} }, '/then', /no effect without "if"/],
    ['a broken pattern', { pattern: '(' }, '/pattern', /not a regular expression/],
    ['a lookahead', { patternProperties: { '^(?!a)': {} } }, '/patternProperties/^(?!a)', /lookahead/],
    [
      'a back-reference',
      { properties: { 'a/b': { pattern: '(a)\\1' } } },
      '/properties/a~1b/pattern',
      /back-ref/,
    ],
    [
      'a remote reference',
      { items: { $ref: 'https://x.io/a.json' } },
      '/items/$ref',
      /not fetched; copy .* "\$defs"/,
    ],
    [
      'a relative remote reference',
      { $id: 'https://x.io/s', $ref: 'a.json' },
      '/$ref',
      /"a.json" is not in this/,
    ],
    ['a file', { $ref: 'file:///etc/passwd' }, '/$ref', /not fetched/],
    ['a dangling reference', { $ref: '#/$defs/a' }, '/$ref', /names no schema/],
    ['a dangling anchor', { $ref: '#a' }, '/$ref', /names no schema/],
    [
      'a reference into a value',
      { $ref: '#/const', const: { pattern: '(a+)+$' } },
      '/$ref',
      /names no schema/,
    ],
    ['a reference into the prototype', { $ref: '#/constructor' }, '/$ref', /names no schema/],
    [
      'a __proto__ key',
      JSON.parse('{"properties":{"__proto__":{}}}') as Json,
      '/properties/__proto__',
      /not allowed/,
    ],
  ])('%s', (_name, schema, pointer, message) => {
    expect(errorsOf(schema)).toContainEqual({ pointer, message: matching(message) });
  });

  it('a schema over its limits', () => {
    expect(errorsOf({ description: 'x'.repeat(262_144) })[0]?.message).toMatch(/at most 262144 bytes/);
    let deep: Json = {};
    for (let level = 0; level < 64; level++) deep = { not: deep };
    expect(errorsOf(deep)[0]?.message).toMatch(/deeper than 64/);
  });

  it('patterns that are too large together', () => {
    const properties = Object.fromEntries(
      Array.from({ length: 200 }, (_, index) => [`p${index}`, { pattern: `^[a-z]{${800 + index}}$` }]),
    );
    expect(errorsOf({ properties })).toEqual([
      { pointer: matching(/^\/properties\/p\d+\/pattern$/), message: matching(/too large together/) },
    ]);
  });

  it('code in every place that a schema can hold text', () => {
    const code = '"]);globalThis.broken=1;//${globalThis.broken=1}\'\n\\';
    const schema: JsonObject = {
      $id: `https://x.io/${encodeURIComponent(code)}`,
      title: code,
      $comment: code,
      [`x-${code}`]: code,
      $defs: { [code]: { const: code } },
      properties: {
        [code]: { enum: [code], default: code },
        a: { $ref: `#/$defs/${encodeURIComponent(code).replaceAll('~', '~0').replaceAll('%2F', '~1')}` },
      },
      required: [code],
      dependentRequired: { [code]: [code] },
    };
    const messages = validate(schema, { a: 1 }).map(({ message }) => message);
    expect(messages).toHaveLength(2);
    expect(validate(schema, { [code]: code, a: code })).toEqual([]);
    expect(globalThis).not.toHaveProperty('broken');
  });
});

describe('a compiled schema', () => {
  it('accepts annotations and x- keywords', () => {
    const schema = {
      'x-unit': 'ms',
      deprecated: true,
      readOnly: true,
      examples: [1],
      default: 2,
      $comment: '',
    };
    expect(validate(schema, { a: 1 })).toEqual([]);
  });

  it.each<[string, JsonObject]>([
    ['2020-12', { $defs: { p: { type: 'integer' } }, properties: { a: { $ref: '#/$defs/p' } } }],
    [
      '2020-12 by anchor',
      { $defs: { p: { $anchor: 'port', type: 'integer' } }, properties: { a: { $ref: '#port' } } },
    ],
    ['2020-12 by id', { $defs: { p: { $id: '/p', type: 'integer' } }, properties: { a: { $ref: '/p' } } }],
    [
      '2020-12 by absolute id',
      {
        $id: 'https://x.io/s',
        $defs: { p: { type: 'integer' } },
        properties: { a: { $ref: 'https://x.io/s#/$defs/p' } },
      },
    ],
    [
      '2020-12 inside an id',
      { properties: { a: { $id: 'https://x.io/a', $ref: '#/$defs/p', $defs: { p: { type: 'integer' } } } } },
    ],
    [
      'draft-07',
      {
        $schema: DRAFT_07,
        definitions: { p: { type: 'integer' } },
        properties: { a: { $ref: '#/definitions/p' } },
      },
    ],
    [
      'draft-04',
      {
        $schema: DRAFT_04,
        id: 'http://x.io/s',
        definitions: { p: { type: 'integer' } },
        properties: { a: { $ref: '#/definitions/p' } },
      },
    ],
    [
      'an escaped name',
      { $defs: { 'p/~%': { type: 'integer' } }, properties: { a: { $ref: '#/$defs/p~1~0%25' } } },
    ],
  ])('follows references of %s', (_name, schema) => {
    expect(validate(schema, { a: 1 })).toEqual([]);
    expect(validate(schema, { a: 'x' })).toEqual([{ pointer: '/a', message: 'must be an integer, is "x"' }]);
  });

  it('keeps the meaning of each draft', () => {
    const exclusive = { $schema: DRAFT_04, minimum: 1, exclusiveMinimum: true };
    expect(validate(exclusive, 1)).toEqual([{ pointer: '', message: 'must be greater than 1, is 1' }]);
    expect(
      validate({ $schema: DRAFT_07, items: [{ type: 'string' }], additionalItems: false }, ['a', 1]),
    ).toHaveLength(1);
    expect(validate({ prefixItems: [{ type: 'string' }], items: false }, ['a', 1])).toHaveLength(1);
    expect(validate({ $schema: DRAFT_07, if: { const: 1 }, then: false }, 1)).toHaveLength(1);
    expect(
      validate({ allOf: [{ properties: { a: true } }], unevaluatedProperties: false }, { a: 1, b: 2 }),
    ).toEqual([{ pointer: '/b', message: 'unknown property "b"' }]);
  });

  it('sees own properties only', () => {
    expect(validate({ required: ['toString'] }, {})).toHaveLength(1);
    expect(validate({ properties: { constructor: { type: 'string' } } }, {})).toEqual([]);
    expect(validate({ additionalProperties: false }, JSON.parse('{"__proto__":1}') as Json)).toHaveLength(1);
  });

  it('compares unique items by value', () => {
    const schema = { uniqueItems: true };
    expect(validate(schema, [1, '1', null, 'null', [1], { a: 1, b: 2 }, '[1]', ' [1]'])).toEqual([]);
    expect(validate(schema, [{ a: 1, b: [] }, 0, { b: [], a: 1 }])[0]?.message).toMatch(
      /items 0 and 2 are equal/,
    );
    expect(validate({ uniqueItems: false }, [1, 1])).toEqual([]);
  });

  it('gives the same answers when it is used again', () => {
    const compiled = compileSchema({ properties: { a: { type: 'string' } } });
    if (!compiled.ok) throw new Error('must compile');
    expect(compiled.validate({ a: 1 })).toHaveLength(1);
    expect(compiled.validate({ a: 'x' })).toEqual([]);
    expect(compiled.validate({ a: 1 })).toHaveLength(1);
  });

  it('does not share ids with the next schema', () => {
    expect(validate({ $id: 'https://x.io/s', type: 'string' }, 'a')).toEqual([]);
    expect(validate({ $id: 'https://x.io/s', type: 'number' }, 'a')).toHaveLength(1);
    expect(errorsOf({ $ref: 'https://x.io/s' })).toHaveLength(1);
  });

  it('tells a schema that refers to itself without end', () => {
    expect(validate({ $ref: '#' }, 1)).toEqual([
      { pointer: '', message: matching(/refers to itself without end/) },
    ]);
    const tree = { properties: { child: { $ref: '#' } }, additionalProperties: false };
    expect(validate(tree, { child: { child: { x: 1 } } })).toEqual([
      { pointer: '/child/child/x', message: 'unknown property "x"; known: "child"' },
    ]);
  });
});
