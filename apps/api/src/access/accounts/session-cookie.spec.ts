import { expect, it } from 'vitest';
import { makeSecret } from './one-time-secret.js';
import {
  clearedSessionCookie,
  csrfTokenOf,
  isCsrfTokenOf,
  sessionCookie,
  sessionSecretIn,
} from './session-cookie.js';

const { secret } = makeSecret('bns_');

it('is set for this host, over TLS and out of reach of scripts, and found again', () => {
  const cookie = sessionCookie(secret, new Date('2027-01-01T00:00:00Z'));
  expect(cookie.split('; ')).toEqual([
    `__Host-binnacle=${secret}`,
    'Path=/',
    'Expires=Fri, 01 Jan 2027 00:00:00 GMT',
    'HttpOnly',
    'Secure',
    'SameSite=Lax',
  ]);
  expect(sessionSecretIn(`other=1; __Host-binnacle=${secret}; more=2`)).toBe(secret);
  expect(clearedSessionCookie()).toContain('__Host-binnacle=; Max-Age=0; Path=/');
});

it.each([
  undefined,
  '',
  '__Host-binnacle=',
  '__Host-binnacle=short',
  `binnacle=${secret}`,
  `x__Host-binnacle=${secret}`,
])('is not found in %s', (header) => expect(sessionSecretIn(header)).toBeUndefined());

it('goes with one CSRF token, that no other session has', () => {
  const token = csrfTokenOf(secret);
  expect(isCsrfTokenOf(secret, token)).toBe(true);
  expect(token).not.toContain(secret);
  const other = makeSecret('bns_').secret;
  for (const wrong of [undefined, '', 'x', token.slice(1), `${token}x`, csrfTokenOf(other), [token]])
    expect(isCsrfTokenOf(secret, wrong)).toBe(false);
});
