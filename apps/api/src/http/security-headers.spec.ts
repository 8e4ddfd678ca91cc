import { expect, it } from 'vitest';
import { referenceHeaders, securityHeaders } from './security-headers.js';

it('lets browsers do nothing with data', () => {
  expect(securityHeaders(undefined)).toMatchObject({
    'content-security-policy': "default-src 'none';frame-ancestors 'none'",
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  });
});

it.each([
  [undefined, undefined],
  ['http://binnacle.example', undefined],
  ['https://binnacle.example', 'max-age=31536000'],
])('for %s asks for TLS ever after: %s', (publicUrl, expected) => {
  expect(securityHeaders(publicUrl)['strict-transport-security']).toBe(expected);
  expect(referenceHeaders(publicUrl, [])['strict-transport-security']).toBe(expected);
});
