import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkContentLimits, DEFAULT_CONTENT_LIMITS } from './content-limits.js';
import type { Json } from './json.js';

const nested = (depth: number): Json => {
  let value: Json = [];
  for (let level = 1; level < depth; level++) value = [value];
  return value;
};
const wide = (keys: number) =>
  Object.fromEntries(Array.from({ length: keys }, (_, index) => [`k${index}`, 0]));

describe('checkContentLimits', () => {
  it('accepts what just keeps each limit', () => {
    expect(checkContentLimits(nested(100), DEFAULT_CONTENT_LIMITS)).toEqual([]);
    expect(checkContentLimits(wide(10_000), DEFAULT_CONTENT_LIMITS)).toEqual([]);
    expect(checkContentLimits('x'.repeat(1_048_574), DEFAULT_CONTENT_LIMITS)).toEqual([]);
  });

  it.each<[string, Json, RegExp]>([
    ['one level too deep', nested(101), /deeper than 100/],
    ['100,000 levels deep', nested(100_000), /deeper than 100/],
    ['one key too many', wide(10_001), /at most 10000 keys/],
    ['keys in many objects', Array.from({ length: 10_001 }, () => ({ a: 1 })), /at most 10000 keys/],
    ['one byte too long', 'x'.repeat(1_048_575), /at most 1048576 bytes/],
    ['too long in bytes only', 'ü'.repeat(600_000), /at most 1048576 bytes/],
  ])('refuses %s', (_name, value, message) => {
    const errors = checkContentLimits(value, DEFAULT_CONTENT_LIMITS);
    expect(errors).toHaveLength(1);
    expect(errors[0]?.message).toMatch(message);
  });

  it('points at the place that is too deep', () => {
    const errors = checkContentLimits({ a: [1, { 'b/c': {} }] }, { ...DEFAULT_CONTENT_LIMITS, maxDepth: 3 });
    expect(errors).toEqual([{ pointer: '/a/1/b~1c', message: 'is nested deeper than 3 levels' }]);
  });

  it('counts exactly the bytes of the canonical text', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), fc.string({ unit: 'binary' }), (generated, text) => {
        const value = [JSON.parse(JSON.stringify(generated)) as Json, text, { [text]: -0.5e-7 }];
        const bytes = new TextEncoder().encode(JSON.stringify(value)).length;
        const limits = { ...DEFAULT_CONTENT_LIMITS, maxBytes: bytes };
        expect(checkContentLimits(value, limits)).toEqual([]);
        expect(checkContentLimits(value, { ...limits, maxBytes: bytes - 1 })).toHaveLength(1);
      }),
    );
  });
});
