import { describe, expect, it } from 'vitest';
import { decodeCursor, decodeNumberCursor, InvalidCursor, toPage } from './paging.js';

const page = (rows: readonly (string | number)[], limit: number) =>
  toPage(
    rows,
    limit,
    (row) => row,
    (row) => row,
  );
const encode = (text: string) => Buffer.from(text).toString('base64url');

describe('a page', () => {
  it('hands out a cursor only when there is more, and takes it back', () => {
    expect(page(['a', 'b'], 2)).toEqual({ items: ['a', 'b'], nextCursor: null });
    const { items, nextCursor } = page(['a', 'b', 'c'], 2);
    expect(items).toEqual(['a', 'b']);
    expect(decodeCursor(nextCursor ?? '')).toBe('b');
    expect(decodeNumberCursor(page([9, 8], 1).nextCursor ?? '')).toBe(9);
  });

  it.each(['x', '', encode('nothing of ours'), `${encode('k:a')}=`, encode('k:a\0b')])(
    'refuses the cursor %j, which it did not hand out',
    (cursor) => {
      expect(() => decodeCursor(cursor)).toThrow(InvalidCursor);
    },
  );

  it.each(['k:1.5', 'k:-1', 'k:x', 'k:2147483648', 'k:1e300'])(
    'refuses %s for a list ordered by number',
    (text) => {
      expect(() => decodeNumberCursor(encode(text))).toThrow(InvalidCursor);
    },
  );
});
