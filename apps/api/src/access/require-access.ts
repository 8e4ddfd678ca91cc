import type { FastifyRequest } from 'fastify';
import { grantsInclude, isPermission, type Need, Problem } from '@binnacle/contracts';
import { unauthenticated } from './unauthenticated.js';
import type { Principal } from './principal.js';
import { isInTable, isMet, neededBy, touchedBy } from './route-access.js';

/**
 * Asks the access table whether whoever this is may do what the request's route does to what it touches.
 *
 * @throws Problem unauthenticated or forbidden
 */
export function requireAccess(request: FastifyRequest, principal: Principal | undefined): void {
  const pattern = request.routeOptions.url ?? '';
  const need = isInTable(pattern) ? neededBy(request.method, pattern) : undefined;
  if (need === undefined) throw new Problem('forbidden', 'Nobody may do this.');
  if (isMet(need, principal, touchedBy(request, need))) return;
  throw principal === undefined ? unauthenticated() : refusal(need, principal);
}

function refusal(need: Need, { grants, workspaceId }: Principal): Problem {
  if (isPermission(need)) {
    if (grantsInclude(grants, need))
      return new Problem(
        'forbidden',
        'This is limited to some services or environments for you, and this request goes beyond them.',
      );
    if (workspaceId === '') return new Problem('forbidden', 'Choose a workspace first.');
    const roles = [...new Set(grants.map(({ role }) => role))];
    const [who, verb] = roles.length === 1 ? ['role', 'does'] : ['roles', 'do'];
    return new Problem(
      'forbidden',
      roles.length === 0
        ? `This needs ${need}, and you have no role here.`
        : `This needs ${need}, which the ${who} ${roles.join(', ')} ${verb} not include.`,
    );
  }
  return new Problem(
    'forbidden',
    need === 'person' ? 'Only a signed-in user may do this, not a token.' : 'Only an operator may do this.',
  );
}
