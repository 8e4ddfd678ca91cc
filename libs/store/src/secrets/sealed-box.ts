import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
/** 96 bits, random: NIST SP 800-38D §8.2.2 allows 2^32 of them under one key. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export interface Sealed {
  readonly nonce: Uint8Array;
  /** With the tag at its end. */
  readonly ciphertext: Uint8Array;
}

/** What a ciphertext belongs to. It opens nowhere else. */
export type Place = readonly (string | number)[];

/** A ciphertext that does not open: changed, moved, or made with another key. */
export class SealBroken extends Error {
  override readonly name = 'SealBroken';
}

export function seal(key: KeyObject, place: Place, plain: Uint8Array): Sealed {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES }).setAAD(toBytes(place));
  const ciphertext = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  return { nonce, ciphertext };
}

/** @throws SealBroken */
export function unseal(key: KeyObject, place: Place, { nonce, ciphertext }: Sealed): Buffer {
  if (nonce.length !== NONCE_BYTES || ciphertext.length < TAG_BYTES) throw broken(place);
  const end = ciphertext.length - TAG_BYTES;
  const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES })
    .setAAD(toBytes(place))
    .setAuthTag(ciphertext.subarray(end));
  try {
    return Buffer.concat([decipher.update(ciphertext.subarray(0, end)), decipher.final()]);
  } catch {
    // What OpenSSL says of it adds nothing.
    throw broken(place);
  }
}

/** A JSON array: no two places have the same text. */
function toBytes(place: Place): Buffer {
  return Buffer.from(JSON.stringify(place));
}

function broken(place: Place): SealBroken {
  return new SealBroken(`what is kept for ${place.join('/')} does not open with its key`);
}
