import { hash, randomBytes } from 'node:crypto';

const TOKEN_BYTES = 32;
/** So that people, and tools that look for leaked credentials, know one when they see it. */
const TOKEN_PREFIX = 'bnk_';

export interface TokenSecret {
  /** Shown once, and kept nowhere. */
  readonly secret: string;
  readonly hash: string;
  readonly lastFour: string;
}

export function newTokenSecret(): TokenSecret {
  const secret = `${TOKEN_PREFIX}${randomBytes(TOKEN_BYTES).toString('base64url')}`;
  return { secret, hash: hash('sha256', secret, 'hex'), lastFour: secret.slice(-4) };
}
