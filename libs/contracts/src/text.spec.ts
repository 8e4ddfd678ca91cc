import { expect, it } from 'vitest';
import { mendedText, text } from './text.js';

it('refuses what PostgreSQL cannot hold', () => {
  expect(text(1, 5).safeParse('añ😀').success).toBe(true);
  for (const value of ['', 'toolong', 'a\0b', 'a\ud800'])
    expect(text(1, 5).safeParse(value).success).toBe(false);
});

it('mends what a program sends', () => {
  expect(mendedText(10).parse('a\0b\ud800')).toBe('ab\ufffd');
  expect(mendedText(3).safeParse('long').success).toBe(false);
});
