import { expect, it } from 'vitest';
import { auditDiff } from './audit-diff.js';

const bounds = { maxOperations: 3, maxBytes: 200 };

it('keeps a small change whole', () => {
  expect(auditDiff({ a: 1 }, { a: 2 }, bounds)).toEqual({
    operations: [{ op: 'replace', path: '/a', value: 2 }],
    truncated: false,
    total: 1,
  });
  expect(auditDiff({ a: 1 }, { a: 1 }, bounds)).toEqual({ operations: [], truncated: false, total: 0 });
});

it('leaves out a large value, says how large it is, and keeps the rest', () => {
  const diff = auditDiff({}, { a: 'é'.repeat(200), b: 1 }, bounds);
  expect(diff).toEqual({
    operations: [
      { op: 'add', path: '/a', omittedBytes: 402 },
      { op: 'add', path: '/b', value: 1 },
    ],
    truncated: true,
    total: 2,
  });
});

it('stays inside both bounds, and tells how much there was', () => {
  const many = auditDiff({}, { a: 1, b: 2, c: 3, d: 4, e: 5 }, bounds);
  expect(many).toMatchObject({ truncated: true, total: 5 });
  expect(many.operations.map(({ path }) => path)).toEqual(['/a', '/b', '/c']);

  const longNames = Object.fromEntries([1, 2, 3].map((number) => [`${number}${'k'.repeat(120)}`, true]));
  const long = auditDiff({}, longNames, bounds);
  expect(long).toMatchObject({ truncated: true, total: 3 });
  expect(long.operations).toHaveLength(1);
  expect(JSON.stringify(long.operations).length).toBeLessThan(bounds.maxBytes + 10);
});
