import { Problem } from '@binnacle/contracts';
import { COMMON_PASSWORDS } from './common-passwords.js';

/** Why a password may not be chosen, as the rest of a sentence that begins with it; undefined when it may. */
export function faultOfPassword(password: string, email: string): string | undefined {
  const plain = password.normalize('NFKC').toLowerCase();
  if (plain === email || plain === email.split('@')[0]) return 'must not be the e-mail';
  if (new Set(plain).size < 4) return 'must not repeat so few characters';
  // Digits and signs around a common word are the first that a guesser tries.
  const word = plain.replaceAll(/^[^\p{L}]+|[^\p{L}]+$/gu, '');
  if (COMMON_PASSWORDS.has(plain) || COMMON_PASSWORDS.has(word)) return 'is one of the most common passwords';
  return undefined;
}

/** @throws Problem invalid_request that points at the member of the body which holds it */
export function checkNewPassword(password: string, email: string, pointer: string): void {
  const fault = faultOfPassword(password, email);
  if (fault === undefined) return;
  throw new Problem('invalid_request', `The password ${fault}.`, [{ pointer, message: fault }]);
}
