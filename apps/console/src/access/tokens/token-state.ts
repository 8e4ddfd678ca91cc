import type { TokenBody } from '@binnacle/contracts';

export type TokenState = 'active' | 'expired' | 'revoked';

export function tokenState(
  { revokedAt, expiresAt }: Pick<TokenBody, 'revokedAt' | 'expiresAt'>,
  nowMs: number,
): TokenState {
  if (revokedAt !== null) return 'revoked';
  return expiresAt !== null && Date.parse(expiresAt) <= nowMs ? 'expired' : 'active';
}
