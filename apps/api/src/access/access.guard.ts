import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { type Permission, Problem, roleGrants } from '@binnacle/contracts';
import { BASE_LAYER } from '@binnacle/domain';
import { unauthenticated } from './authenticate-early.js';
import { NEEDS, PUBLIC } from './needs.decorator.js';
import { mayTouch } from './principal.js';

/** The one door of the REST API: every route passes it, and one that states no need is closed. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    if (context.getType() !== 'http') return true;
    const handler = context.getHandler();
    if (
      this.reflector.get<boolean>(PUBLIC, handler) ||
      this.reflector.get<boolean>(PUBLIC, context.getClass())
    )
      return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const { principal } = request;
    if (principal === undefined) throw unauthenticated();
    const needed = this.reflector.get<Permission | undefined>(NEEDS, handler);
    if (needed === undefined || !roleGrants(principal.role, needed))
      throw new Problem('forbidden', `The role ${principal.role} does not include ${needed ?? 'this'}.`);
    const { service, environment = askedIn(request, needed), layer } = request.params as Names;
    const touched = { service, environment: environment ?? (layer === BASE_LAYER ? undefined : layer) };
    if (!mayTouch(principal, needed, touched))
      throw new Problem(
        'forbidden',
        'This token is limited to some services or environments, and this goes beyond them.',
      );
    return true;
  }
}

interface Names {
  readonly service?: string;
  readonly environment?: string;
  readonly layer?: string;
}

/** The environment that a query asks for. Only reading looks at it: what a request writes is named by its path. */
function askedIn(request: FastifyRequest, needed: Permission): string | undefined {
  const { environment } = request.query as { environment?: unknown };
  return needed.endsWith(':read') && typeof environment === 'string' ? environment : undefined;
}
