import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkContentLimits, DEFAULT_CONTENT_LIMITS, NEW_CONTENT_LIMITS } from './content-limits.js';
import type { Json, JsonObject } from './json.js';
import { JsonWalk } from './json-walk.js';

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

  it('bounds keys of what is new, and takes those that were stored before', () => {
    const withKey = (length: number) => ({ a: { ['k'.repeat(length)]: 1 } });
    expect(checkContentLimits(withKey(1_024), NEW_CONTENT_LIMITS)).toEqual([]);
    expect(checkContentLimits(withKey(1_025), NEW_CONTENT_LIMITS)).toEqual([
      { pointer: '/a', message: expect.stringMatching(/^has a key of 1025 .* "k{40}", .* 1024$/) as string },
    ]);
    expect(checkContentLimits(withKey(15_000), DEFAULT_CONTENT_LIMITS)).toEqual([]);
  });

  it('bounds the pointers to all places of what is new together', () => {
    let value: JsonObject = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`k${index}`, 0]));
    for (let level = 0; level < 15; level++) value = { ['k'.repeat(1_000)]: value };
    expect(checkContentLimits(value, DEFAULT_CONTENT_LIMITS)).toEqual([]);
    const [error] = checkContentLimits(value, NEW_CONTENT_LIMITS);
    expect(error?.message).toMatch(/more than 8388608 characters/);
    expect(error?.pointer).toMatch(/k\/k\d+$/);
    expect(
      checkContentLimits({ list: Array.from({ length: 500_000 }, () => 1) }, NEW_CONTENT_LIMITS),
    ).toEqual([]);
  });

  it('counts exactly the characters of the pointers', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (generated) => {
        const value = { 'a/b~': [JSON.parse(JSON.stringify(generated)) as Json] };
        const walk = new JsonWalk(value);
        let characters = 0;
        while (walk.next() !== undefined) characters += walk.pointer().length;
        const limits = { ...DEFAULT_CONTENT_LIMITS, maxPointerCharacters: characters };
        expect(checkContentLimits(value, limits)).toEqual([]);
        expect(checkContentLimits(value, { ...limits, maxPointerCharacters: characters - 1 })).toHaveLength(
          1,
        );
      }),
    );
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
  }, 30_000);
});
