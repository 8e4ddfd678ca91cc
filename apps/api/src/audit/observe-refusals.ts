import type { FastifyInstance, FastifyRequest } from 'fastify';
import { NAME_PATTERN } from '@binnacle/contracts';
import { BASE_LAYER } from '@binnacle/domain';
import { hashOfSecret } from '../access/accounts/one-time-secret.js';
import { sessionSecretIn } from '../access/accounts/session-cookie.js';
import { bearerToken } from '../access/bearer-token.js';
import { toActor } from '../access/caller.decorator.js';
import { neededBy } from '../access/route-access.js';
import { API_PREFIX } from '../http/api-prefix.js';
import type { RefusalRecorder } from './refusal-recorder.js';

/** Tells the audit of every request that was refused for who sends it, by the guard or by a service, once it is answered. */
export function observeRefusals(server: FastifyInstance, recorder: RefusalRecorder): void {
  server.addHook('onResponse', (request, reply, next) => {
    if (reply.statusCode === 403 || reply.statusCode === 401) tell(request, recorder);
    next();
  });
}

function tell(request: FastifyRequest, recorder: RefusalRecorder): void {
  const pattern = request.routeOptions.url;
  if (pattern === undefined || request.problemCode === undefined) return;
  const { principal, id: requestId, ip: address, method } = request;
  const act = {
    method,
    route: pattern.replace(`/${API_PREFIX}`, ''),
    needs: neededBy(method, pattern),
    code: request.problemCode,
    ...(request.problemTouched ?? placeOf(request.params as Readonly<Record<string, string | undefined>>)),
  };
  if (principal !== undefined) return recorder.note({ ...act, actor: toActor(principal, request) });
  const secret = bearerToken(request.headers.authorization) ?? sessionSecretIn(request.headers.cookie);
  if (secret !== undefined) recorder.noteCredential(hashOfSecret(secret), { ...act, requestId, address });
}

/** What the path says, as far as it can be the name of something. */
function placeOf({ service, environment, layer }: Readonly<Record<string, string | undefined>>): {
  service: string | undefined;
  environment: string | undefined;
} {
  return {
    service: name(service),
    environment: name(environment ?? (layer === BASE_LAYER ? undefined : layer)),
  };
}

function name(text: string | undefined): string | undefined {
  return text !== undefined && NAME_PATTERN.test(text) ? text : undefined;
}
