import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from './canonical-json.js';
import { contentHash } from './content-hash.js';
import type { Json } from './json.js';

describe('canonicalJson', () => {
  it.each<[string, Json, string]>([
    [
      'orders keys by UTF-16 code units',
      { '€': 1, '\r': 2, '\ufb33': 3, '1': 4, '😀': 5, '\u0080': 6, ö: 7 },
      '{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}',
    ],
    [
      'orders keys that look like indexes as text',
      { 9: 'b', 10: 'a', '-': 'c' },
      '{"-":"c","10":"a","9":"b"}',
    ],
    ['orders at every depth', [{ b: { d: 1, c: [] }, a: {} }], '[{"a":{},"b":{"c":[],"d":1}}]'],
    [
      'writes numbers as ECMAScript does',
      JSON.parse(
        '[333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001, -0, 1e21, 100]',
      ) as Json,
      '[333333333.3333333,1e+30,4.5,0.002,1e-27,0,1e+21,100]',
    ],
    [
      'escapes what must be escaped only',
      '€$\u000f\nA\'B"\\\\"/\u2028',
      '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/\u2028"',
    ],
    ['keeps a written escape', 'a\\ud800', '"a\\\\ud800"'],
    ['writes literals', [true, false, null], '[true,false,null]'],
    [
      'keeps hostile keys',
      JSON.parse('{"b":1,"__proto__":{"z":1,"a":2}}') as Json,
      '{"__proto__":{"a":2,"z":1},"b":1}',
    ],
  ])('%s', (_name, value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });

  it.each<[string, unknown]>([
    ['a high surrogate', { a: '\ud800' }],
    ['a low surrogate in a key', { '\udc00': 1 }],
    ['NaN', [Number.NaN]],
    ['an infinity', Number.POSITIVE_INFINITY],
    ['undefined', { a: undefined }],
    ['a bigint', 1n],
    ['a function', [() => 1]],
  ])('refuses %s', (_name, value) => {
    expect(() => canonicalJson(value as Json)).toThrow(TypeError);
  });

  it('is stable, and the same whatever order the keys were set in', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (generated) => {
        const value = JSON.parse(JSON.stringify(generated)) as Json;
        if (/\\ud/.test(JSON.stringify(value))) return;
        const text = canonicalJson(value);
        expect(JSON.parse(text)).toEqual(value);
        expect(canonicalJson(JSON.parse(text) as Json)).toBe(text);
        expect(canonicalJson(reversed(value))).toBe(text);
      }),
      { numRuns: 300 },
    );
  });
});

describe('contentHash', () => {
  it('is the SHA-256 of the UTF-8 bytes in lower-case hex', () => {
    for (const text of [
      '',
      '{"a":"ü😀"}',
      canonicalJson({ list: Array.from({ length: 5000 }, (_, i) => i) }),
    ]) {
      expect(contentHash(text)).toBe(createHash('sha256').update(text).digest('hex'));
    }
  });
});

function reversed(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(reversed);
  const entries = Object.entries(value).reverse();
  return Object.fromEntries(entries.map(([key, member]) => [key, reversed(member)]));
}
