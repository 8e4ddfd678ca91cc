import { expect, it } from 'vitest';
import { plainLine } from './output.js';

it('shows a terminal nothing that it would take for a command', () => {
  expect(plainLine('a\u001b[31mb\r\nc\u202ed ü 😀')).toBe('a [31mb  c d ü 😀');
});
