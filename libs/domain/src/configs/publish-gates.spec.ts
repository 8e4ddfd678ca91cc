import { expect, test } from 'vitest';
import { describeGate, findPublishGates } from './publish-gates.js';

const size = (leaves: number, characters: number) => ({ leaves, characters });
const counts = (changed: number, removed: number) => ({ added: 0, changed, removed });

test.each([
  ['a small one may change wholly', size(19, 4_095), size(1, 10), counts(0, 19), []],
  ['half of the values is not most', size(20, 400), size(20, 400), counts(5, 5), []],
  ['one more is', size(20, 400), size(20, 400), counts(6, 5), ['keys']],
  ['of an odd number, too', size(21, 400), size(21, 400), counts(11, 0), ['keys']],
  ['changed values alone', size(40, 400), size(40, 400), counts(21, 0), ['keys']],
  ['removed values alone', size(40, 400), size(19, 400), counts(0, 21), ['keys']],
  ['half of the text is left', size(1, 4_096), size(1, 2_048), counts(1, 0), []],
  ['less is left', size(1, 4_096), size(1, 2_047), counts(1, 0), ['shrinks']],
  ['1.9 times the text', size(1, 10_000), size(1, 19_000), counts(1, 0), []],
  ['more of it', size(1, 10_000), size(1, 19_001), counts(1, 0), ['grows']],
  ['a short text may double', size(1, 4_095), size(1, 90_000), counts(1, 0), []],
  ['cut off', size(100, 9_000), size(10, 900), counts(0, 90), ['keys', 'shrinks']],
  ['the same again', size(100, 9_000), size(100, 9_000), counts(0, 0), []],
] as const)('%s', (_name, live, next, change, kinds) => {
  expect(findPublishGates(live, next, change).map(({ kind }) => kind)).toEqual(kinds);
});

test('what was added does not count against it', () => {
  const added = { added: 500, changed: 0, removed: 0 };
  expect(findPublishGates(size(20, 4_000), size(520, 90_000), added)).toEqual([]);
});

test('says what it saw', () => {
  expect(describeGate({ kind: 'keys', of: 40, changed: 1, removed: 30 })).toBe(
    'changes 1 and removes 30 of 40 values',
  );
  expect(describeGate({ kind: 'shrinks', from: 9000, to: 10 })).toBe('shrinks from 9000 to 10 characters');
  expect(describeGate({ kind: 'grows', from: 9000, to: 18001 })).toBe('grows from 9000 to 18001 characters');
});
