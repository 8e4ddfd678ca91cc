import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { type Permission, Problem, roleGrants } from '@binnacle/contracts';
import { BASE_LAYER } from '@binnacle/domain';
import { bearerToken } from './bearer-token.js';
import { NEEDS, PUBLIC } from './needs.decorator.js';
import { mayTouch, type Principal } from './principal.js';
import { TokenAuthenticator } from './token-authenticator.js';

declare module 'fastify' {
  interface FastifyRequest {
    principal?: Principal;
  }
}

/** The one door of the REST API: every route passes it, and one that states no need is closed. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly authenticator: TokenAuthenticator,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const handler = context.getHandler();
    if (
      this.reflector.get<boolean>(PUBLIC, handler) ||
      this.reflector.get<boolean>(PUBLIC, context.getClass())
    )
      return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const principal = await this.identify(request);
    const needed = this.reflector.get<Permission | undefined>(NEEDS, handler);
    if (needed === undefined || !roleGrants(principal.role, needed))
      throw new Problem('forbidden', `The role ${principal.role} does not include ${needed ?? 'this'}.`);
    const { service, environment, layer } = namesIn(request);
    const touched = { service, environment: environment ?? (layer === BASE_LAYER ? undefined : layer) };
    if (!mayTouch(principal, needed, touched))
      throw new Problem(
        'forbidden',
        'This token is limited to some services or environments, and this goes beyond them.',
      );
    request.principal = principal;
    return true;
  }

  private async identify(request: FastifyRequest): Promise<Principal> {
    const token = bearerToken(request.headers.authorization);
    const principal = token === undefined ? undefined : await this.authenticator.authenticate(token);
    if (principal === undefined)
      throw new Problem('unauthenticated', 'Send a valid token: `Authorization: Bearer <token>`.');
    return principal;
  }
}

interface Names {
  readonly service?: string;
  readonly environment?: string;
  readonly layer?: string;
}

function namesIn(request: FastifyRequest): Names {
  const query = request.query as { environment?: unknown };
  const asked = typeof query.environment === 'string' ? { environment: query.environment } : {};
  return { ...asked, ...(request.params as Names) };
}
