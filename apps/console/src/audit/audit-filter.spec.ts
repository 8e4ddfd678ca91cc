import { expect, it } from 'vitest';
import { readAuditFilter, toAuditQuery } from './audit-filter.js';

it.each([
  [{}, {}],
  [
    { actor: ' user:ann@example.org ', action: 'token.', outcome: 'refused' },
    { actor: 'user:ann@example.org', action: 'token.', outcome: 'refused' },
  ],
  [
    { service: 12, from: '2026-11-23' },
    { service: '12', from: '2026-11-23' },
  ],
  [{ actor: '', outcome: 'perhaps', from: 'yesterday', to: '2026-99-99x', target: {} }, {}],
])('%j in an address means %j', (search, expected) => {
  expect(readAuditFilter(search)).toEqual(expected);
});

it('asks for whole days of the reader', () => {
  const { from = '', to = '', actor } = toAuditQuery({ actor: 'a', from: '2026-02-28', to: '2026-02-28' });
  expect(actor).toBe('a');
  expect(new Date(from)).toEqual(new Date(2026, 1, 28));
  expect(new Date(to)).toEqual(new Date(2026, 2, 1));
});
