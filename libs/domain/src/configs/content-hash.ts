import { sha256 } from '@noble/hashes/sha2';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils';

/** Lower-case hexadecimal SHA-256 over the UTF-8 bytes of a canonical text (see `canonicalJson`). */
export function contentHash(canonical: string): string {
  return bytesToHex(sha256(utf8ToBytes(canonical)));
}
