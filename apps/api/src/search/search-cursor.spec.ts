import { InvalidCursor } from '@binnacle/store';
import { describe, expect, it } from 'vitest';
import { decodeSearchCursor, encodeSearchCursor, type SearchCursor } from './search-cursor.js';

const encode = (value: unknown) => Buffer.from(JSON.stringify(value), 'utf8').toString('base64url');
const PLACE = { service: 'orders', place: 'base' };

describe('the cursor of a search', () => {
  it.each<SearchCursor>([
    { after: PLACE },
    { after: PLACE, resume: { ...PLACE, number: 3, hits: 200 } },
    { resume: { ...PLACE, number: 1, hits: 1 } },
  ])('is read as it was written: %j', (cursor) => {
    expect(decodeSearchCursor(encodeSearchCursor(cursor))).toEqual(cursor);
  });

  it.each([
    'x',
    'bm9uZQ',
    encode([]),
    encode({ after: { service: "o'rders", place: 'base' } }),
    encode({ after: { ...PLACE, more: 1 } }),
    encode({ resume: { ...PLACE, number: -1, hits: 0 } }),
    `${encodeSearchCursor({ after: PLACE })}=`,
  ])('is refused when no search handed it out: %s', (cursor) => {
    expect(() => decodeSearchCursor(cursor)).toThrow(InvalidCursor);
  });
});
