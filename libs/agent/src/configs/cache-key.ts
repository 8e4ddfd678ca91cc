import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { readSecrets, type Secrets } from './secrets.js';

const ALGORITHM = 'aes-256-gcm';
const KEY_PATTERN = /^[A-Za-z0-9+/]{43}=$/;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** What the sealed values belong to: a revision of a service in an environment. They open for nothing else. */
export type SealPlace = readonly (string | number)[];

/** The key from the option or the environment; null for none. Throws a `TypeError` that does not repeat it. */
export function readCacheKey(
  option: string | undefined,
  environment: NodeJS.ProcessEnv = process.env,
): KeyObject | null {
  const text = option ?? environment['BINNACLE_CACHE_KEY'];
  if (text === undefined || text === '') return null;
  const name = option === undefined ? 'BINNACLE_CACHE_KEY' : '`cacheKey`';
  if (!KEY_PATTERN.test(text))
    throw new TypeError(`createAgent: ${name} must be 32 bytes in base64 (openssl rand -base64 32)`);
  return createSecretKey(Buffer.from(text, 'base64'));
}

/** AES-256-GCM with a random nonce in front and the tag at the end, as base64. */
export function sealSecrets(key: KeyObject, place: SealPlace, secrets: Secrets): string {
  const plain = Object.fromEntries([...secrets].map(([name, secret]) => [name, secret.reveal()]));
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(JSON.stringify(place)));
  const sealed = [cipher.update(JSON.stringify(plain), 'utf8'), cipher.final(), cipher.getAuthTag()];
  return Buffer.concat([nonce, ...sealed]).toString('base64');
}

/** Null when it was sealed with another key, for another place, or changed since. */
export function openSecrets(key: KeyObject, place: SealPlace, sealed: string): Secrets | null {
  const bytes = Buffer.from(sealed, 'base64');
  if (bytes.length < NONCE_BYTES + TAG_BYTES) return null;
  const end = bytes.length - TAG_BYTES;
  const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(Buffer.from(JSON.stringify(place))).setAuthTag(bytes.subarray(end));
  try {
    const plain = Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, end)), decipher.final()]);
    const value: unknown = JSON.parse(plain.toString('utf8'));
    return value === undefined ? null : readSecrets(value);
  } catch {
    // A wrong key and a changed byte look the same, and are both no secrets.
    return null;
  }
}
