import { createHash, createSecretKey, type KeyObject } from 'node:crypto';

const VARIABLE = 'BINNACLE_SECRETS_KEY';
const KEY_BYTES = 32;
const MAX_KEYS = 20;
const ID_PATTERN = /^[A-Za-z0-9._-]{1,64}$/;
const BASE64_PATTERN = /^[A-Za-z0-9+/]{43}=$/;

/** A key that the programs hold and the database does not; it wraps the data keys of workspaces. */
export interface WrappingKey {
  readonly id: string;
  readonly key: KeyObject;
}

export class KeyRingError extends Error {
  override readonly name = 'KeyRingError';
}

/** A data key was wrapped with a key that this program was not given. */
export class WrappingKeyMissing extends Error {
  override readonly name = 'WrappingKeyMissing';

  constructor(readonly keyId: string) {
    super(`${VARIABLE} does not hold the key ${keyId}, with which a data key was wrapped`);
  }
}

/** The keys of `BINNACLE_SECRETS_KEY`: the first wraps, the others only unwrap. Prints no key. */
export class KeyRing {
  readonly #keys: ReadonlyMap<string, KeyObject>;
  /** Wraps what is new. */
  readonly primary: WrappingKey;

  constructor(keys: readonly WrappingKey[]) {
    const [primary] = keys;
    if (primary === undefined) throw new KeyRingError(`${VARIABLE} holds no key`);
    this.primary = primary;
    this.#keys = new Map(keys.map(({ id, key }) => [id, key]));
  }

  get ids(): string[] {
    return [...this.#keys.keys()];
  }

  /** @throws WrappingKeyMissing */
  key(id: string): KeyObject {
    const key = this.#keys.get(id);
    if (key === undefined) throw new WrappingKeyMissing(id);
    return key;
  }
}

/**
 * Reads 32 bytes as base64, or several keys as `id:base64` separated by commas. The id of a bare key are the first 8
 * hexadecimal digits of its SHA-256.
 *
 * @throws KeyRingError which names the variable and never the key
 */
export function readKeyRing(text: string | undefined): KeyRing {
  const entries = (text ?? '').split(',').map((entry) => entry.trim());
  if (text === undefined || text.trim() === '')
    throw new KeyRingError(`${VARIABLE} is not set: make a key with openssl rand -base64 32`);
  if (entries.length > MAX_KEYS) throw new KeyRingError(`${VARIABLE} holds more than ${MAX_KEYS} keys`);
  const keys = entries.map(readKey);
  if (new Set(keys.map(({ id }) => id)).size < keys.length)
    throw new KeyRingError(`${VARIABLE} gives two keys the same id`);
  return new KeyRing(keys);
}

function readKey(entry: string, index: number): WrappingKey {
  const colon = entry.indexOf(':');
  const which = `${VARIABLE}, key ${index + 1}:`;
  const encoded = entry.slice(colon + 1);
  if (!BASE64_PATTERN.test(encoded))
    throw new KeyRingError(`${which} must be ${KEY_BYTES} bytes in base64 (openssl rand -base64 32)`);
  const bytes = Buffer.from(encoded, 'base64');
  if (bytes.every((byte) => byte === bytes[0]))
    throw new KeyRingError(`${which} is one byte again and again; make one with openssl rand -base64 32`);
  const id = colon < 0 ? fingerprint(bytes) : entry.slice(0, colon);
  if (!ID_PATTERN.test(id))
    throw new KeyRingError(`${which} its id must be 1 to 64 of letters, digits and . _ -`);
  return { id, key: createSecretKey(bytes) };
}

function fingerprint(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 8);
}
