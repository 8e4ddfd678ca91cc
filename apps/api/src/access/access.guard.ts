import { type CanActivate, type ExecutionContext, Injectable, Logger } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { grantsInclude, isPermission, type Need, Problem } from '@binnacle/contracts';
import { unauthenticated } from './authenticate-early.js';
import type { Principal } from './principal.js';
import { isInTable, isMet, isOpen, neededBy, touchedBy } from './route-access.js';

/** The one door of the REST API: every route passes it, and one that the access table does not name is closed. */
@Injectable()
export class AccessGuard implements CanActivate {
  private readonly logger = new Logger(AccessGuard.name);

  canActivate(context: ExecutionContext): boolean {
    if (context.getType() !== 'http') return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const pattern = request.routeOptions.url ?? '';
    if (isOpen(pattern)) return true;
    const need = isInTable(pattern) ? neededBy(request.method, pattern) : undefined;
    if (need === undefined) {
      this.logger.error(`${request.method} ${pattern} is not in the access table: refused`);
      throw new Problem('forbidden', 'Nobody may do this.');
    }
    const { principal } = request;
    if (isMet(need, principal, touchedBy(request, need))) return true;
    throw principal === undefined ? unauthenticated() : refusal(need, principal);
  }
}

function refusal(need: Need, { grants, workspaceId }: Principal): Problem {
  if (isPermission(need)) {
    if (grantsInclude(grants, need))
      return new Problem(
        'forbidden',
        'This is limited to some services or environments for you, and this request goes beyond them.',
      );
    if (workspaceId === '') return new Problem('forbidden', 'Choose a workspace first.');
    const roles = [...new Set(grants.map(({ role }) => role))].join(', ');
    return new Problem('forbidden', `This needs ${need}, which the role ${roles} does not include.`);
  }
  return new Problem(
    'forbidden',
    need === 'person' ? 'Only a signed-in user may do this, not a token.' : 'Only an operator may do this.',
  );
}
