import { type Grant, grantSchema, mayGive, Problem } from '@binnacle/contracts';
import type { Actor, TokenRecord, TokenScope } from '@binnacle/store';
import type { Principal } from './principal.js';
import { ADMIN_TOKEN_ID } from './token-authenticator.js';

/** Who answers for a token that he makes or rotates; undefined for the token itself. */
export function identityGivenBy({ identity }: Actor): string | undefined {
  return identity === ADMIN_TOKEN_ID ? undefined : identity;
}

/**
 * Who widens a token that somebody else answers for could do with it, as the other, what he may not do as himself; and
 * would he answer for it from then on, then its holder could. A rotation has neither fault: only he has the new secret.
 */
export function mustAnswerToWiden(actor: Actor, before: TokenRecord, after: TokenScope): void {
  if (actor.identity === before.identity || actor.identity === ADMIN_TOKEN_ID) return;
  const [had, gets] = [toGrant(before), toGrant(after)];
  if (had !== undefined && gets !== undefined && mayGive([had], gets)) return;
  throw new Problem(
    'forbidden',
    'Somebody else answers for this token, so you cannot let it do more: rotate it first, then you answer for the new one.',
  );
}

/** Nobody gives a token more than he has, and nobody changes or takes the place of one that has more. */
export function mustMayGive({ grants }: Principal, scope: TokenScope): void {
  const grant = toGrant(scope);
  if (grant === undefined || !mayGive(grants, grant))
    throw new Problem('forbidden', 'This token may do more than you may yourself.');
}

/** Undefined for one that no process of this version could have written. */
export function toGrant({ role, services, environments, permissions }: TokenScope): Grant | undefined {
  return grantSchema.safeParse({ role, services, environments, permissions }).data;
}

/** A token that ends makes none that outlives it. */
export function withinLifeOf({ via, expiresAtMs }: Principal, expiresAt: Date | null): Date | null {
  if (via !== 'token' || expiresAtMs === null) return expiresAt;
  return new Date(Math.min(expiresAt?.getTime() ?? Infinity, expiresAtMs));
}

/** @throws Problem forbidden for a life beyond that of the token that sends this */
export function mustLiveWithin(sender: Principal, expiresAt: Date | null): void {
  if (withinLifeOf(sender, expiresAt)?.getTime() !== expiresAt?.getTime())
    throw new Problem(
      'forbidden',
      'Your token ends earlier, and can let no other one live longer than itself.',
    );
}

/** @throws Problem invalid_request for a time that is over */
export function inFuture(expiresAt: string | null): Date | null {
  if (expiresAt === null) return null;
  const at = new Date(expiresAt);
  if (at.getTime() > Date.now()) return at;
  throw new Problem('invalid_request', 'A token must expire in the future.', [
    { pointer: '/expiresAt', message: 'must be in the future' },
  ]);
}

/**
 * Of a token that was rotated only the days of the overlap are left, so a new one could not live as long as it was made
 * for; and whoever has lost the answer is helped by rotating the newer one.
 */
export function mustBeNewest(successor: { id: string; isLive: boolean } | undefined): void {
  if (successor === undefined) return;
  throw new Problem(
    'already_rotated',
    successor.isLive
      ? `It was rotated before: rotate ${successor.id}, which took its place.`
      : 'It was rotated before, and the token that took its place is over: make a new one.',
  );
}
