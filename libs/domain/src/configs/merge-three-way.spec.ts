import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitraryJson } from '../../../../test/harness/arbitrary-json.js';
import { canonicalJson } from './canonical-json.js';
import { diffJson } from './json-diff.js';
import { applyJsonPatch, type JsonPatchOperation } from './json-patch.js';
import type { Json, JsonObject } from './json.js';
import { type MergeConflict, mergeThreeWay } from './merge-three-way.js';

const parse = (text: string) => JSON.parse(text) as Json;
const same = (one: Json, other: Json) => expect(canonicalJson(one)).toBe(canonicalJson(other));

/** The merged value with what theirs has at every conflict. */
function takeTheirs(merged: Json, conflicts: readonly MergeConflict[]): Json {
  const operations = conflicts.map(({ pointer, mine, theirs }): JsonPatchOperation => {
    if (theirs === undefined) return { op: 'remove', path: pointer };
    return { op: mine === undefined ? 'add' : 'replace', path: pointer, value: theirs };
  });
  const result = applyJsonPatch(merged, operations);
  if (!result.ok) throw new Error(result.message);
  return result.value;
}

describe('mergeThreeWay', () => {
  it.each<[string, string, string, string, string, MergeConflict[]]>([
    ['changes of different keys', '{"a":1,"b":1}', '{"a":2,"b":1}', '{"a":1,"b":3}', '{"a":2,"b":3}', []],
    ['what both added, if it is the same', '{}', '{"a":[1]}', '{"a":[1]}', '{"a":[1]}', []],
    ['objects that both added', '{}', '{"a":{"x":1}}', '{"a":{"y":2}}', '{"a":{"x":1,"y":2}}', []],
    ['what one removed', '{"a":1,"b":{"c":1}}', '{"a":1}', '{"a":2,"b":{"c":1}}', '{"a":2}', []],
    [
      'a key that both changed',
      '{"a":1,"b":1}',
      '{"a":2,"b":1}',
      '{"a":3,"b":2}',
      '{"a":2,"b":2}',
      [{ pointer: '/a', base: 1, mine: 2, theirs: 3 }],
    ],
    [
      'what one removed and the other changed',
      '{"a":{"b":1}}',
      '{}',
      '{"a":{"b":2}}',
      '{}',
      [{ pointer: '/a', base: { b: 1 }, theirs: { b: 2 } }],
    ],
    [
      'what one changed and the other removed',
      '{"a":{"b":1}}',
      '{"a":{"b":2}}',
      '{}',
      '{"a":{"b":2}}',
      [{ pointer: '/a', base: { b: 1 }, mine: { b: 2 } }],
    ],
    [
      'arrays as one value',
      '{"a":[1,2]}',
      '{"a":[0,1,2]}',
      '{"a":[1,2,3]}',
      '{"a":[0,1,2]}',
      [{ pointer: '/a', base: [1, 2], mine: [0, 1, 2], theirs: [1, 2, 3] }],
    ],
    ['an array that one changed', '{"a":[1]}', '{"a":[1]}', '{"a":[2],"b":1}', '{"a":[2],"b":1}', []],
    [
      'two objects in the place of a value',
      '{"a":1}',
      '{"a":{"x":1}}',
      '{"a":{"y":1}}',
      '{"a":{"x":1}}',
      [{ pointer: '/a', base: 1, mine: { x: 1 }, theirs: { y: 1 } }],
    ],
    [
      'null, which is a value and not nothing',
      '{"a":1}',
      '{"a":null}',
      '{}',
      '{"a":null}',
      [{ pointer: '/a', base: 1, mine: null }],
    ],
    [
      'hostile keys',
      '{"__proto__":{"a":1},"":1}',
      '{"__proto__":{"a":2},"":1,"constructor":{"x":1}}',
      '{"__proto__":{"a":1,"b":1},"":2,"constructor":{"y":1},"/":1,"~":1}',
      '{"__proto__":{"a":2,"b":1},"":2,"constructor":{"x":1,"y":1},"/":1,"~":1}',
      [],
    ],
  ])('merges %s', (_what, base, mine, theirs, merged, conflicts) => {
    const result = mergeThreeWay(parse(base), parse(mine), parse(theirs));
    expect(canonicalJson(result.merged)).toBe(canonicalJson(parse(merged)));
    expect(result.conflicts).toEqual(conflicts);
  });

  it('takes what only one side changed, and what both changed alike', () => {
    fc.assert(
      fc.property(arbitraryJson, arbitraryJson, (base, changed) => {
        for (const [mine, theirs] of [
          [base, changed],
          [changed, base],
          [changed, changed],
        ] as const) {
          const { merged, conflicts } = mergeThreeWay(base, mine, theirs);
          same(merged, changed);
          expect(conflicts).toEqual([]);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('does not care whose side is whose, but at conflicts', () => {
    fc.assert(
      fc.property(arbitraryJson, arbitraryJson, arbitraryJson, (base, mine, theirs) => {
        const one = mergeThreeWay(base, mine, theirs);
        const other = mergeThreeWay(base, theirs, mine);
        const swapped = one.conflicts.map(({ mine: left, theirs: right, ...rest }) => ({
          ...rest,
          ...(right === undefined ? {} : { mine: right }),
          ...(left === undefined ? {} : { theirs: left }),
        }));
        const byPointer = (a: MergeConflict, b: MergeConflict) => (a.pointer < b.pointer ? -1 : 1);
        expect(other.conflicts.toSorted(byPointer)).toEqual(swapped.toSorted(byPointer));
        same(other.merged, takeTheirs(one.merged, one.conflicts));
      }),
      { numRuns: 1_000 },
    );
  });

  it('loses no change of either side: each is in the merged value, or in a conflict', () => {
    const isInConflict = (pointer: string, conflicts: readonly MergeConflict[]) =>
      conflicts.some(
        (conflict) => pointer === conflict.pointer || pointer.startsWith(`${conflict.pointer}/`),
      );
    fc.assert(
      fc.property(arbitraryJson, arbitraryJson, arbitraryJson, (base, mine, theirs) => {
        const { merged, conflicts } = mergeThreeWay(base, mine, theirs);
        const wanted = [...diffJson(base, mine), ...diffJson(base, theirs)].map(({ path }) => path);
        // A place that no side changed stays as it was; where an array differs, it differs as a whole.
        for (const { path } of diffJson(base, merged))
          expect(
            wanted.some((place) => path.startsWith(place) || place.startsWith(path)) ||
              isInConflict(path, conflicts),
          ).toBe(true);
        if (conflicts.length === 0) {
          same(mergeThreeWay(base, merged, theirs).merged, merged);
          same(mergeThreeWay(base, mine, merged).merged, merged);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('changes none of its arguments, and no prototype', () => {
    const prototypeKeys = Reflect.ownKeys(Object.prototype);
    fc.assert(
      fc.property(arbitraryJson, arbitraryJson, arbitraryJson, (base, mine, theirs) => {
        const before = JSON.stringify([base, mine, theirs]);
        const { merged } = mergeThreeWay(base, mine, theirs);
        expect(JSON.stringify([base, mine, theirs])).toBe(before);
        expect(Reflect.ownKeys(Object.prototype)).toEqual(prototypeKeys);
        if (typeof merged === 'object' && merged !== null && !Array.isArray(merged))
          expect(Object.getPrototypeOf(merged)).toBe(Object.prototype);
      }),
    );
  });

  it('is quick with the largest contents', () => {
    const content = (salt: number, text: string): JsonObject =>
      Object.fromEntries(
        Array.from({ length: 9_900 }, (_, index) => [
          `key-${index}`,
          index % 3 === salt ? `${text}${'x'.repeat(80)}` : 'x'.repeat(80),
        ]),
      );
    const deep = (leaf: Json) =>
      Array.from({ length: 99 }).reduce<Json>((inner) => ({ inner, other: 1 }), leaf);
    const [base, mine, theirs] = [
      { ...content(9, ''), deep: deep(1) },
      { ...content(0, 'mine'), deep: deep(2) },
      { ...content(1, 'theirs'), deep: deep(3) },
    ];
    expect(JSON.stringify(mine).length).toBeGreaterThan(900_000);
    const startMs = performance.now();
    const { merged, conflicts } = mergeThreeWay(base, mine, theirs);
    expect(performance.now() - startMs).toBeLessThan(500);
    expect(conflicts).toEqual([{ pointer: `/deep${'/inner'.repeat(99)}`, base: 1, mine: 2, theirs: 3 }]);
    expect((merged as JsonObject)['key-0']).toMatch(/^mine/);
    expect((merged as JsonObject)['key-1']).toMatch(/^theirs/);
  });
});
