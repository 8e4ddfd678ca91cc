import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { unauthenticated } from './unauthenticated.js';
import type { Principal } from './principal.js';

/** Who sends a request, for what cannot be decided by its route alone. */
export const Sender = createParamDecorator((_data: unknown, context: ExecutionContext): Principal => {
  const { principal } = context.switchToHttp().getRequest<FastifyRequest>();
  if (principal === undefined) throw unauthenticated();
  return principal;
});
