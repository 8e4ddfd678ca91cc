import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isNestedDeeper } from './json-nesting.js';

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
      expect(isNestedDeeper(JSON.stringify(value), maxDepth)).toBe(depthOf(value) > maxDepth);
    }),
  );
});

it('ends on text that is not JSON', () => {
  expect(isNestedDeeper('"', 3)).toBe(false);
  expect(isNestedDeeper('"\\', 3)).toBe(false);
  expect(isNestedDeeper(']]]][[[[', 3)).toBe(false);
});
