import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { appendPointer, escapePointerToken, pointerTokens, unescapePointerToken } from './json-pointer.js';

describe('JSON pointers', () => {
  it.each([
    ['', ''],
    ['a/b', 'a~1b'],
    ['m~n', 'm~0n'],
    ['~1', '~01'],
    ['a b"\\', 'a b"\\'],
  ])('writes %j as %j and reads it back', (token, escaped) => {
    expect(escapePointerToken(token)).toBe(escaped);
    expect(unescapePointerToken(escaped)).toBe(token);
  });

  it('appends keys and indexes', () => {
    expect(appendPointer(appendPointer('', 'a/b'), 0)).toBe('/a~1b/0');
  });

  it('gives back the tokens that were appended', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (tokens) => {
        expect(pointerTokens(tokens.reduce<string>(appendPointer, ''))).toEqual(tokens);
      }),
    );
  });
});
