import fc from 'fast-check';
import { expect, it } from 'vitest';
import { findExcess, hasLoneSurrogate } from './json-structure.js';

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

it('agrees with the depth of what is parsed, whatever stands in strings', () => {
  const tricky = fc.oneof(fc.string(), fc.constantFrom('"', '\\', '\\"', '[[[', '{', ']]]', '\\\\"['));
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 6 },
      tricky,
      fc.integer(),
      fc.array(tie('tree')),
      fc.dictionary(tricky, tie('tree')),
    ),
  }));
  fc.assert(
    fc.property(tree, fc.integer({ min: 0, max: 8 }), (value, maxDepth) => {
      const isDeeper = findExcess(JSON.stringify(value), { maxDepth, maxValues: 1_000_000 }) === 'depth';
      expect(isDeeper).toBe(depthOf(value) > maxDepth);
    }),
  );
});

it('counts the members of all arrays and objects, but not what stands in strings', () => {
  const limits = { maxDepth: 10, maxValues: 5 };
  expect(findExcess('[1,2,3,4,5]', limits)).toBeUndefined();
  expect(findExcess('[1,2,3,4,5,6]', limits)).toBe('values');
  expect(findExcess('{"a":{},"b":[{},{}]}', limits)).toBe('values');
  expect(findExcess(JSON.stringify([',,,,,,,,', '[[[[[[[']), limits)).toBeUndefined();
});

it('ends on text that is not JSON', () => {
  const limits = { maxDepth: 5, maxValues: 5 };
  expect(findExcess('"', limits)).toBeUndefined();
  expect(findExcess('"\\', limits)).toBeUndefined();
  expect(findExcess(']]]][[[[', limits)).toBeUndefined();
});

it.each([
  [String.raw`{"a":"\ud83d\ude00"}`, false],
  [String.raw`{"a":"\uD83D\uDE00\uD83D\uDE00"}`, false],
  [String.raw`{"a":"\\ud800"}`, false],
  [String.raw`{"a":"\n\u00e9\\"}`, false],
  ['{"a":"plain"}', false],
  [String.raw`{"a":"\ud800"}`, true],
  [String.raw`{"\udc00":1}`, true],
  [String.raw`{"a":"\\\ud800"}`, true],
  [String.raw`{"a":"\ud83d\ud83d\ude00"}`, true],
  [String.raw`{"a":"\ud83d`, true],
  [String.raw`{"a":"\u`, false],
])('sees in %s half of a surrogate pair: %s', (text, expected) => {
  expect(hasLoneSurrogate(text)).toBe(expected);
});

it('looks through millions of other escapes within a moment', () => {
  const text = `{"a":"${'\\u0041'.repeat(1_000_000)}${'\\"'.repeat(3_000_000)}"}`;
  const before = process.cpuUsage();
  expect(hasLoneSurrogate(text)).toBe(false);
  expect(process.cpuUsage(before).user / 1_000).toBeLessThan(50);
});
