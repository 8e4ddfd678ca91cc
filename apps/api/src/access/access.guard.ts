import { type CanActivate, type ExecutionContext, Injectable, Logger } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { requireAccess } from './require-access.js';
import { isInTable, isOpen, neededBy } from './route-access.js';

/** The one door of the REST API: every route passes it, and one that the access table does not name is closed. */
@Injectable()
export class AccessGuard implements CanActivate {
  private readonly logger = new Logger(AccessGuard.name);

  canActivate(context: ExecutionContext): boolean {
    if (context.getType() !== 'http') return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const pattern = request.routeOptions.url ?? '';
    if (isOpen(pattern)) return true;
    if (!isInTable(pattern) || neededBy(request.method, pattern) === undefined)
      this.logger.error(`${request.method} ${pattern} is not in the access table: refused`);
    requireAccess(request, request.principal);
    return true;
  }
}
