import type { FastifyRequest } from 'fastify';
import type { Actor, UserRecord } from '@binnacle/store';

/** Where a request comes from, for the audit. */
export interface RequestOrigin {
  readonly address: string;
  readonly requestId: string;
  readonly userAgent: string;
}

const MAX_USER_AGENT_LENGTH = 300;

export function originOf(request: FastifyRequest): RequestOrigin {
  const userAgent = (request.headers['user-agent'] ?? '').slice(0, MAX_USER_AGENT_LENGTH).toWellFormed();
  return { address: request.ip, requestId: request.id, userAgent };
}

/**
 * A person who has proved who he is, or tries to, before there is a session. The answers of such acts hold secrets, so
 * no Idempotency-Key is honoured: nothing is kept of them.
 */
export function personActor(
  user: Pick<UserRecord, 'id' | 'email'>,
  workspaceId: string,
  { address, requestId }: RequestOrigin,
): Actor {
  return {
    workspaceId,
    name: `user:${user.email}`,
    identity: `user:${user.id}`,
    via: 'session',
    credential: '',
    address,
    requestId,
  };
}
