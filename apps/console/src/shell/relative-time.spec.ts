import { expect, it } from 'vitest';
import { relativeTime } from './relative-time';

const NOW = Date.parse('2026-11-23T12:00:00Z');

it.each([
  ['2026-11-23T11:59:55Z', 'just now'],
  ['2026-11-23T12:00:04Z', 'just now'],
  ['2026-11-23T11:59:30Z', '30 seconds ago'],
  ['2026-11-23T11:58:59Z', '1 minute ago'],
  ['2026-11-23T11:00:01Z', '59 minutes ago'],
  ['2026-11-23T10:00:00Z', '2 hours ago'],
  ['2026-11-20T11:00:00Z', '3 days ago'],
  ['2026-09-01T00:00:00Z', '2 months ago'],
  ['2023-11-01T00:00:00Z', '3 years ago'],
  ['2026-11-25T12:00:00Z', 'in 2 days'],
])('says of %s: %s', (at, words) => {
  expect(relativeTime(Date.parse(at), NOW)).toBe(words);
});
