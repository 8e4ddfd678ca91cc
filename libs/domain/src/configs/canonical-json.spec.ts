import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from './canonical-json.js';
import { contentHash } from './content-hash.js';
import type { Json } from './json.js';

/** RFC 8785 appendix B: the bits of a double (IEEE 754), and how it is written; null for what cannot be. */
const RFC_NUMBERS: [string, string | null][] = [
  ['0000000000000000', '0'],
  ['8000000000000000', '0'],
  ['0000000000000001', '5e-324'],
  ['8000000000000001', '-5e-324'],
  ['7fefffffffffffff', '1.7976931348623157e+308'],
  ['ffefffffffffffff', '-1.7976931348623157e+308'],
  ['4340000000000000', '9007199254740992'],
  ['c340000000000000', '-9007199254740992'],
  ['4430000000000000', '295147905179352830000'],
  ['7fffffffffffffff', null],
  ['7ff0000000000000', null],
  ['44b52d02c7e14af5', '9.999999999999997e+22'],
  ['44b52d02c7e14af6', '1e+23'],
  ['44b52d02c7e14af7', '1.0000000000000001e+23'],
  ['444b1ae4d6e2ef4e', '999999999999999700000'],
  ['444b1ae4d6e2ef4f', '999999999999999900000'],
  ['444b1ae4d6e2ef50', '1e+21'],
  ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
  ['3eb0c6f7a0b5ed8d', '0.000001'],
  ['41b3de4355555553', '333333333.3333332'],
  ['41b3de4355555554', '333333333.33333325'],
  ['41b3de4355555555', '333333333.3333333'],
  ['41b3de4355555556', '333333333.3333334'],
  ['41b3de4355555557', '333333333.33333343'],
  ['becbf647612f3696', '-0.0000033333333333333333'],
  ['43143ff3c1cb0959', '1424953923781206.2'],
];

/** RFC 8785 §3.2.2, and its canonical form of §3.2.4 as UTF-8. */
const RFC_SAMPLE = String.raw`{
  "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
  "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
  "literals": [null, true, false]
}`;
const RFC_SAMPLE_BYTES = `
  7b 22 6c 69 74 65 72 61 6c 73 22 3a 5b 6e 75 6c 6c 2c 74 72 75 65 2c 66 61 6c 73 65 5d 2c 22 6e 75 6d 62 65 72
  73 22 3a 5b 33 33 33 33 33 33 33 33 33 2e 33 33 33 33 33 33 33 2c 31 65 2b 33 30 2c 34 2e 35 2c 30 2e 30 30 32
  2c 31 65 2d 32 37 5d 2c 22 73 74 72 69 6e 67 22 3a 22 e2 82 ac 24 5c 75 30 30 30 66 5c 6e 41 27 42 5c 22 5c 5c
  5c 5c 5c 22 2f 22 7d`;

describe('canonicalJson', () => {
  it.each(RFC_NUMBERS)('writes the number %s of RFC 8785 as %s', (bits, text) => {
    const number = Buffer.from(bits, 'hex').readDoubleBE();
    if (text === null) expect(() => canonicalJson(number)).toThrow(TypeError);
    else expect(canonicalJson([number])).toBe(`[${text}]`);
  });

  it('writes the sample of RFC 8785, byte for byte', () => {
    const canonical = canonicalJson(JSON.parse(RFC_SAMPLE) as Json);
    expect(Buffer.from(canonical).toString('hex')).toBe(RFC_SAMPLE_BYTES.replaceAll(/\s/g, ''));
  });

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
