import { expect, it } from 'vitest';
import { tokenState } from './token-state.js';

const NOW = Date.parse('2026-11-23T12:00:00Z');

it.each([
  [null, null, 'active'],
  [null, '2026-11-23T12:00:01Z', 'active'],
  [null, '2026-11-23T12:00:00Z', 'expired'],
  ['2026-11-01T00:00:00Z', '2026-11-02T00:00:00Z', 'revoked'],
] as const)('a token revoked at %s that expires at %s is %s', (revokedAt, expiresAt, state) => {
  expect(tokenState({ revokedAt, expiresAt }, NOW)).toBe(state);
});
