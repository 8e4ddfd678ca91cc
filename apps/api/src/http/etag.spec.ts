import { expect, it } from 'vitest';
import { expectedVersion, matchesEtag } from './etag.js';

it.each([
  [undefined, undefined],
  ['"3"', [3]],
  ['W/"3"', [3]],
  ['"3", "x", W/"5"', [3, 5]],
  ['"not-a-version"', []],
  ['*', '*'],
])('reads the If-Match %s', (header, expected) => {
  expect(expectedVersion(header)).toEqual(expected);
});

it.each(['3', '"3', '3"', '', '"3" "4"', '"3",'])('refuses %s, which is no ETag', (header) => {
  expect(() => expectedVersion(header)).toThrow('with its quotes');
});

it.each([
  ['"a.1"', true],
  ['W/"a.1"', true],
  ['"b", "a.1"', true],
  ['*', true],
  ['"a.10"', false],
  [undefined, false],
])('compares the If-None-Match %s weakly', (header, expected) => {
  expect(matchesEtag(header, '"a.1"')).toBe(expected);
});
