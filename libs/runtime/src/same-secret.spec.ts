import { expect, it } from 'vitest';
import { isSameSecret } from './same-secret.js';

it.each([
  ['Bearer abc', true],
  ['Bearer ab', false],
  ['Bearer abcd', false],
  ['', false],
  [undefined, false],
])('of %s says %s', (sent, expected) => {
  expect(isSameSecret(sent, 'Bearer abc')).toBe(expected);
});
