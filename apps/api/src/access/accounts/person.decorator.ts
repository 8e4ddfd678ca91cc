import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Problem } from '@binnacle/contracts';
import type { Actor } from '@binnacle/store';
import { toActor } from '../caller.decorator.js';
import { unauthenticated } from '../unauthenticated.js';
import type { Principal } from '../principal.js';
import { originOf, type RequestOrigin } from './account-actor.js';

export type PersonPrincipal = Principal & { readonly userId: string };

/** The signed-in person who sends a request. */
export const Person = createParamDecorator((_data: unknown, context: ExecutionContext): PersonPrincipal => {
  const principal = principalOf(context);
  const { userId } = principal;
  if (userId === undefined) throw new Problem('forbidden', 'Only a signed-in user may do this, not a token.');
  return { ...principal, userId };
});

/** On whose behalf a request acts, for one whose answer holds a secret: that is not kept for an Idempotency-Key. */
export const CallerOnce = createParamDecorator((_data: unknown, context: ExecutionContext): Actor =>
  toActor(principalOf(context), requestOf(context)),
);

/** Where a request comes from, whoever sends it. */
export const Origin = createParamDecorator((_data: unknown, context: ExecutionContext): RequestOrigin =>
  originOf(requestOf(context)),
);

function principalOf(context: ExecutionContext): Principal {
  const { principal } = requestOf(context);
  if (principal === undefined) throw unauthenticated();
  return principal;
}

function requestOf(context: ExecutionContext): FastifyRequest {
  return context.switchToHttp().getRequest<FastifyRequest>();
}
