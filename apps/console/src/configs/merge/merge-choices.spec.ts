import { describe, expect, it } from 'vitest';
import { doDocumentWork } from '../work/document-work';
import { type Choice, choicesAsEdits, openConflicts } from './merge-choices';

const conflicts = [
  { pointer: '/log', base: 'info', mine: 'debug', theirs: 'warn' },
  { pointer: '/gone', base: 1, mine: 2 },
];

describe('the choices of a merge', () => {
  it('count what is still open', () => {
    expect(openConflicts(conflicts, new Map())).toBe(2);
    expect(openConflicts(conflicts, new Map([['/log', 'mine']]))).toBe(1);
  });

  it.each<[Choice, string]>([
    ['mine', 'log: debug # why\ngone: 2\n'],
    ['theirs', 'log: warn # why\n'],
  ])('turn the merged text into %s', (choice, source) => {
    const edits = choicesAsEdits(conflicts, new Map(conflicts.map(({ pointer }) => [pointer, choice])));
    const text = { source: 'log: debug # why\ngone: 2\n', format: 'yaml' as const };
    expect(doDocumentWork({ kind: 'edit', text, edits })).toEqual({ ok: true, source });
  });
});
