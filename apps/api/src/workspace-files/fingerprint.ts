import { createHash } from 'node:crypto';

/** SHA-256 of a text in UTF-8, in hex: as the database tells it of the texts that it holds. */
export function fingerprint(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
