import { createHash } from 'node:crypto';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Problem } from '@binnacle/contracts';
import type { Actor } from '@binnacle/store';
import { unauthenticated } from './unauthenticated.js';
import type { Principal } from './principal.js';

const KEY_PATTERN = /^[\x21-\x7e]{1,255}$/;

/** On whose behalf a request acts, with its Idempotency-Key if it is a POST that carries one. */
export const Caller = createParamDecorator((_data: unknown, context: ExecutionContext): Actor => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  const { principal } = request;
  if (principal === undefined) throw unauthenticated();
  return { ...toActor(principal, request), ...idempotencyOf(principal, request) };
});

/** Who acts, as the audit is to name it. */
export function toActor(principal: Principal, request: FastifyRequest): Actor {
  return {
    workspaceId: principal.workspaceId,
    name: principal.name,
    identity: principal.identity,
    via: principal.via,
    credential: principal.credentialId,
    address: request.ip,
    requestId: request.id,
  };
}

/** The key is bound to who answers for the request, too: nobody is answered what somebody else has done. */
function idempotencyOf({ identity }: Principal, request: FastifyRequest): Pick<Actor, 'idempotency'> {
  const key = request.headers['idempotency-key'];
  if (request.method !== 'POST' || key === undefined) return {};
  if (typeof key !== 'string' || !KEY_PATTERN.test(key))
    throw new Problem('invalid_request', 'An Idempotency-Key is 1 to 255 visible ASCII characters.');
  const fingerprint = createHash('sha256')
    .update(`${identity}\n${request.url}\n${request.headers['if-match'] ?? ''}\n`)
    .update(JSON.stringify(request.body ?? null))
    .digest('hex');
  return { idempotency: { key, fingerprint } };
}
