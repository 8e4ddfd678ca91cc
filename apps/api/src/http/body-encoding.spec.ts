import { describe, expect, it } from 'vitest';
import { findEncodingFault } from './body-encoding.js';

describe('findEncodingFault', () => {
  it.each<[string, Buffer, RegExp]>([
    ['a byte order mark', Buffer.from('\ufeff{}'), /byte order mark/],
    ['UTF-16', Buffer.from('{"a":1}', 'utf16le'), /UTF-16/],
    ['UTF-16 with its mark', Buffer.from('\ufeff{"a":1}', 'utf16le'), /UTF-16/],
    ['UTF-16, big end first', Buffer.from('{"a":1}', 'utf16le').swap16(), /UTF-16/],
    ['Latin-1', Buffer.from('{\n"a":"\u00fc"}', 'latin1'), /not valid UTF-8: line 2, column 6/],
    [
      'Latin-1 after a replacement character',
      Buffer.concat([Buffer.from('"\ufffd'), Buffer.from([0xff])]),
      /line 1, column 3/,
    ],
    ['a character that is cut', Buffer.from('"\u20ac').subarray(0, 3), /line 1, column 2/],
  ])('tells %s', (_what, bytes, message) => {
    expect(findEncodingFault(bytes)).toMatch(message);
  });

  it('has nothing against UTF-8', () => {
    for (const text of ['', '1', '{}', '"\u00fc"', '{"a":"\ufffd \u{1f600}"}'])
      expect(findEncodingFault(Buffer.from(text))).toBeUndefined();
  });
});
