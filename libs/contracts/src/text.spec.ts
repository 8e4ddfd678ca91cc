import { expect, it } from 'vitest';
import { reasonSchema } from './rollouts/approval.js';
import { mendedText, nameText, text } from './text.js';

it('refuses what PostgreSQL cannot hold', () => {
  expect(text(1, 5).safeParse('añ😀').success).toBe(true);
  for (const value of ['', 'toolong', 'a\0b', 'a\ud800'])
    expect(text(1, 5).safeParse(value).success).toBe(false);
});

it('mends what a program sends', () => {
  expect(mendedText(10).parse('a\0b\ud800')).toBe('ab\ufffd');
  expect(mendedText(3).safeParse('long').success).toBe(false);
});

it('tells one fault once', () => {
  for (const schema of [reasonSchema, nameText(1, 5)])
    expect(schema.safeParse('').error?.issues.map(({ code }) => code)).toEqual(['too_small']);
  expect(reasonSchema.safeParse(' ').error?.issues).toHaveLength(1);
});
