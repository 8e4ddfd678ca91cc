import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { faultOfKeyRing, faultOfSecret } from './secret-strength.js';

const key = () => randomBytes(32).toString('base64');

it.each([
  [undefined, 'is missing'],
  ['', 'is missing'],
  ['tooShort1', 'must have 16'],
  ['x'.repeat(257), 'must have 16'],
  ['two words that are long', 'without blanks'],
  ['aaaaaaaaaaaaaaaaaaaaaaaa', 'too few characters'],
  ['1212121212121212121212', 'too few characters'],
  ['changemechangeme', 'too few characters'],
  ['change-me-please-now', 'others would guess'],
  ['your-secret-token-here', 'others would guess'],
  ['BINNACLE_ADMIN_TOKEN', 'others would guess'],
  ['please-change-this-admin-token', 'others would guess'],
  ['changeme1234567890', 'others would guess'],
  ['correct-password-123', 'correct'],
  ['test-admin-token-of-the-harbour', 'correct'],
  ['admin-token-0123456789abcdef', 'correct'],
])('%s as a secret: %s', (secret, fault) => {
  if (fault === 'correct') return expect(faultOfSecret(secret)).toBeUndefined();
  expect(faultOfSecret(secret)).toContain(fault);
  expect(faultOfSecret(secret)).toContain('openssl rand -base64 32');
});

it('takes what the named command makes, and does not take random texts for words', () => {
  for (let round = 0; round < 2_000; round++) {
    expect(faultOfSecret(key())).toBeUndefined();
    expect(faultOfSecret(randomBytes(16).toString('hex'))).toBeUndefined();
    expect(faultOfKeyRing(key())).toBeUndefined();
  }
});

it('asks of a secret for trying only that it is long enough and can be sent', () => {
  expect(faultOfSecret('change-me-please-now', true)).toBeUndefined();
  expect(faultOfSecret('short', true)).toContain('must have 16');
  expect(faultOfSecret('two words that are long', true)).toContain('without blanks');
});

it('takes a ring of keys with their ids', () => {
  expect(faultOfKeyRing(`new:${key()}, 2025-01:${key()}`)).toBeUndefined();
  expect(faultOfKeyRing(`only:${key()}`)).toBeUndefined();
});

it.each([
  [undefined, 'is missing'],
  [' ', 'is missing'],
  ['c2hvcnQ=', 'must be 32 bytes in base64'],
  [randomBytes(33).toString('base64'), 'must be 32 bytes in base64'],
  [Buffer.alloc(32).toString('base64'), 'is not random'],
  [Buffer.from('0123456789abcdef0123456789abcdef').toString('base64'), 'is not random'],
  [`${key()},${key()}`, 'each as id:base64'],
  [`a:${key()},a:${key()}`, 'one id for two keys'],
  [`a b:${key()}`, 'each as id:base64'],
  [`a:${key()},b:short`, 'must be 32 bytes in base64'],
  [`a:${key()},`, 'each as id:base64'],
])('%s as a key ring: %s', (text, fault) => {
  expect(faultOfKeyRing(text)).toContain(fault);
  const longest = (text ?? '').split(/[,:]/).filter((part) => part.length > 8);
  for (const part of longest) expect(faultOfKeyRing(text)).not.toContain(part);
});
