import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMergePatch } from './create-merge-patch.js';
import type { Json, JsonObject } from './json.js';
import { mergePatch } from './merge-patch.js';

const hostileKey = fc.constantFrom('__proto__', 'constructor', 'toString', 'a', 'b', '1', '~/');
const objectsOf = (member: fc.Arbitrary<Json>): fc.Arbitrary<JsonObject> =>
  fc
    .array(fc.tuple(hostileKey, member), { maxLength: 4 })
    .map((entries) => Object.fromEntries(entries) as JsonObject);
const treesOf = (scalar: fc.Arbitrary<Json>): fc.Arbitrary<JsonObject> => {
  const { tree } = fc.letrec<{ tree: Json }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      scalar,
      fc.array(fc.constantFrom<Json>(null, 1, 'x'), { maxLength: 2 }),
      objectsOf(tie('tree')),
    ),
  }));
  return objectsOf(tree);
};
/** As an effective config is: without a null that is the value of a key. */
const config = treesOf(fc.constantFrom<Json>(true, 0, 'x'));
const patch = treesOf(fc.constantFrom<Json>(null, true, 0, 'x'));

function created(from: JsonObject, to: JsonObject, earlier?: JsonObject): JsonObject {
  const answer = createMergePatch(from, to, earlier);
  if (!answer.ok) throw new Error(JSON.stringify(answer.errors));
  return answer.patch;
}

function size(value: Json): number {
  return JSON.stringify(value).length;
}

describe('createMergePatch', () => {
  it('makes a patch that gives what is wanted, whatever there was before', () => {
    fc.assert(
      fc.property(config, config, patch, (from, to, earlier) => {
        expect(mergePatch(from, created(from, to))).toEqual(to);
        expect(mergePatch(from, created(from, to, earlier))).toEqual(to);
      }),
      { numRuns: 1_000 },
    );
  });

  it('keeps an earlier patch that gives it already', () => {
    fc.assert(
      fc.property(config, patch, (from, earlier) => {
        const to = mergePatch(from, earlier) as JsonObject;
        expect(created(from, to, earlier)).toBe(earlier);
      }),
    );
  });

  it('is no larger without an earlier one than any other patch that gives the same', () => {
    fc.assert(
      fc.property(config, patch, (from, other) => {
        const to = mergePatch(from, other) as JsonObject;
        expect(size(created(from, to))).toBeLessThanOrEqual(size(other));
      }),
    );
  });

  it('keeps what is said though it is so anyway, and drops what only said otherwise', () => {
    const earlier = { kept: 1, port: 8080, inner: { only: true } };
    expect(created({ kept: 1, port: 80 }, { kept: 1, port: 80 }, earlier)).toEqual({ kept: 1 });
  });

  it('names the places where a null is wanted', () => {
    expect(createMergePatch({}, { a: { 'b/c': null, d: [null] }, e: null })).toEqual({
      ok: false,
      errors: [
        { pointer: '/a/b~1c', message: expect.stringContaining('null') },
        { pointer: '/e', message: expect.stringContaining('null') },
      ],
    });
  });
});
