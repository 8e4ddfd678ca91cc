import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../configs/canonical-json.js';
import type { Json, JsonObject } from '../configs/json.js';
import { compileSchema } from '../schemas/compile-schema.js';
import { standInForSecrets } from './stand-in.js';

function errorsOf(schema: Json, original: JsonObject): string[] {
  const compiled = compileSchema(schema);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.errors));
  const { content, places } = standInForSecrets(original, canonicalJson(original));
  return compiled.validate(content, places).map(({ pointer, message }) => `${pointer} ${message}`);
}

const password = (rules: JsonObject): JsonObject => ({
  type: 'object',
  properties: { password: rules, port: { type: 'integer' } },
});
const REFERENCE = { password: { $secret: 'x' } };

describe('a schema over references', () => {
  it.each<[string, JsonObject]>([
    ['a pattern', { type: 'string', pattern: '^[0-9]+$' }],
    ['a length', { type: 'string', minLength: 40 }],
    ['an enum', { enum: ['a', 'b'] }],
    ['a format', { type: 'string', format: 'email' }],
    ['alternatives', { anyOf: [{ type: 'string', minLength: 99 }, { const: 'x' }] }],
    ['a type among others', { type: ['string', 'null'] }],
  ])('does not hold %s against a value it cannot see', (_what, rules) => {
    expect(errorsOf(password(rules), REFERENCE)).toEqual([]);
  });

  it('knows that it is a text', () => {
    expect(errorsOf(password({ type: 'integer' }), REFERENCE)).toEqual([
      '/password must be an integer, is "[secret]"',
    ]);
  });

  it('does not blame an alternative further up', () => {
    const schema = {
      anyOf: [password({ type: 'string', minLength: 99 }), { required: ['password'], not: {} }],
    };
    expect(errorsOf(schema, REFERENCE).filter((error) => error.includes('/password'))).toEqual([]);
  });

  it('judges everything else as ever', () => {
    const schema = { ...password({ type: 'string', minLength: 40 }), required: ['host'] };
    expect(errorsOf(schema, { ...REFERENCE, port: 'a' })).toEqual([
      ' must have the property "host"',
      '/port must be an integer, is "a"',
    ]);
    expect(errorsOf(password({ type: 'string', minLength: 40 }), { password: 'short' })).toHaveLength(1);
  });
});
