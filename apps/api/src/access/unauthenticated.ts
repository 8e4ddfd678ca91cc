import { Problem } from '@binnacle/contracts';

/** For a request that needs to be known, and is not. */
export function unauthenticated(): Problem {
  return new Problem('unauthenticated', 'Send a valid token (`Authorization: Bearer <token>`), or sign in.');
}
