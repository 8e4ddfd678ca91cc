import { expect, it } from 'vitest';
import { consoleFileHeaders, consoleHeaders, referenceHeaders, securityHeaders } from './security-headers.js';

it('lets browsers do nothing with data', () => {
  expect(securityHeaders(undefined)).toMatchObject({
    'content-security-policy': "default-src 'none';frame-ancestors 'none'",
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  });
});

it('lets the console run its own files, and style itself with what carries the nonce', () => {
  const policy = consoleHeaders(undefined, 'abc')['content-security-policy']?.split(';');
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self'");
  expect(policy).toContain("style-src 'self' 'nonce-abc'");
  expect(policy).toContain("connect-src 'self'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).toContain("base-uri 'none'");
  for (const headers of [consoleHeaders(undefined, 'abc'), consoleFileHeaders(undefined)])
    expect(headers['content-security-policy']).not.toMatch(/unsafe|\*/);
});

it.each([
  [undefined, undefined],
  ['http://binnacle.example', undefined],
  ['https://binnacle.example', 'max-age=31536000'],
])('for %s asks for TLS ever after: %s', (publicUrl, expected) => {
  expect(securityHeaders(publicUrl)['strict-transport-security']).toBe(expected);
  expect(referenceHeaders(publicUrl, [])['strict-transport-security']).toBe(expected);
  expect(consoleHeaders(publicUrl, 'abc')['strict-transport-security']).toBe(expected);
});
