import { describe, expect, it } from 'vitest';
import type { ContentError } from '../configs/content-limits.js';
import type { Json } from '../configs/json.js';
import { compileSchema } from './compile-schema.js';

const validate = (schema: Json, content: Json): ContentError[] => {
  const compiled = compileSchema(schema);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.errors));
  return compiled.validate(content);
};
const matching = (message: RegExp) => expect.stringMatching(message) as string;

describe('a hostile schema or content ends fast', () => {
  const within = (limitMs: number, run: () => void) => {
    const startedMs = performance.now();
    run();
    expect(performance.now() - startedMs).toBeLessThan(limitMs);
  };

  it('with a catastrophic pattern', () => {
    const schema = { properties: { a: { pattern: '(a+)+$' } }, patternProperties: { '^(b|bb)+$': true } };
    const content = { a: `${'a'.repeat(500_000)}!`, [`${'b'.repeat(100_000)}!`]: 1 };
    within(2000, () => expect(validate(schema, content)).toHaveLength(1));
  });

  it('with references that double at every level', () => {
    const $defs: { [name: string]: Json } = { d40: { type: 'string' } };
    for (let level = 0; level < 40; level++) {
      const $ref = `#/$defs/d${level + 1}`;
      $defs[`d${level}`] = { allOf: [{ $ref }, { $ref }] };
    }
    within(3000, () => {
      expect(validate({ $ref: '#/$defs/d0', $defs }, 'x')).toEqual([
        { pointer: '', message: matching(/too many steps/) },
      ]);
    });
  });

  it('with many references to a large definition', () => {
    const big = Object.fromEntries(
      Array.from({ length: 1000 }, (_, index) => [`p${index}`, { type: 'string' }]),
    );
    const properties = Object.fromEntries(
      Array.from({ length: 2000 }, (_, index) => [`q${index}`, { $ref: '#/$defs/b' }]),
    );
    within(5000, () =>
      expect(validate({ properties, $defs: { b: { properties: big } } }, { q1: { p1: 1 } })).toHaveLength(1),
    );
  });

  it('with more errors than anyone reads', () => {
    const content = Array.from({ length: 300_000 }, (_, index) => index);
    const schema = {
      items: { $ref: '#/$defs/s' },
      $defs: { s: { allOf: [{ type: 'string' }, { minimum: -1 }] } },
    };
    within(2000, () =>
      expect(validate(schema, content)).toEqual([{ pointer: '/0', message: 'must be a string, is 0' }]),
    );
    expect(validate(schema, content.slice(0, 400))).toHaveLength(50);
  });

  it('yet accepts what an alternative accepts after another had more errors than are kept', () => {
    const content = Array.from({ length: 5000 }, (_, index) => index);
    const schema = { anyOf: [{ items: { type: 'string' } }, { items: { type: 'number' } }] };
    expect(validate(schema, content)).toEqual([]);
    expect(validate(schema, [...content, null])).toHaveLength(2);
  });

  it('with thousands of properties', () => {
    const names = Array.from({ length: 4000 }, (_, index) => `p${index}`);
    const properties = Object.fromEntries(names.map((name) => [name, { type: 'string' }]));
    const content = Object.fromEntries(names.map((name) => [name, 1]));
    within(5000, () => expect(validate({ properties }, content).length).toBeGreaterThan(0));
    expect(validate({ properties }, { p1: 1, p2: 'x' })).toHaveLength(1);
  });

  it('with a large array of unique items', () => {
    const content = Array.from({ length: 80_000 }, (_, id) => ({ id }));
    within(2000, () => expect(validate({ uniqueItems: true }, content)).toEqual([]));
  });
});
