import { hash, randomBytes } from 'node:crypto';

const SECRET_BYTES = 32;

/** 256 random bits behind a prefix that says what they are for, so that a scanner finds them where they should not be. */
export function makeSecret(prefix: 'bni_' | 'bnr_' | 'bns_'): { secret: string; secretHash: string } {
  const secret = `${prefix}${randomBytes(SECRET_BYTES).toString('base64url')}`;
  return { secret, secretHash: hashOfSecret(secret) };
}

/** SHA-256 (hex): what is kept of a secret that is random anyway. */
export function hashOfSecret(secret: string): string {
  return hash('sha256', secret);
}
