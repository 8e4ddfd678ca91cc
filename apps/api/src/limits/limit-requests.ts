import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from '@binnacle/contracts';
import type { Principal } from '../access/principal.js';
import { connectionIsKnown } from './connection-limits.js';
import type { RateLimits } from './rate-limits.js';

/** Orchestrators must get an answer, or they end a process because somebody floods it. */
const NEVER_LIMITED: ReadonlySet<string> = new Set(['/livez', '/readyz']);
/** Names and values. Node itself would drop what goes beyond a limit of its own without a word. */
const MAX_HEADER_PARTS = 2 * 100;

/** What a request must pass before anybody looks at who sends it. */
export function limitAddresses(server: FastifyInstance, limits: RateLimits): void {
  server.addHook('onRequest', (request, _reply, next) => {
    const { raw } = request;
    if (raw.rawHeaders.length > MAX_HEADER_PARTS)
      return next(new Problem('malformed_request', 'The request has more than 100 header fields.'));
    if (NEVER_LIMITED.has(request.routeOptions.url ?? '')) return next();
    next(limits.takeAddress(raw));
  });
}

/** Keeps those who guess credentials from having them looked up. To be added before the authentication. */
export function limitGuesses(
  server: FastifyInstance,
  limits: RateLimits,
  known: (request: FastifyRequest) => Principal | undefined,
): void {
  server.addHook('onRequest', (request, _reply, next) => {
    const refused = limits.failuresOf(request.raw);
    if (refused === undefined || credentialOf(request) === undefined || known(request) !== undefined)
      return next();
    next(refused);
  });
  server.addHook('onResponse', (request, reply, next) => {
    const credential = reply.statusCode === 401 ? credentialOf(request) : undefined;
    if (credential !== undefined && request.principal === undefined) limits.failed(request.raw, credential);
    next();
  });
}

/** What a token, a session and an account may ask. To be added after the authentication. */
export function limitPrincipals(server: FastifyInstance, limits: RateLimits): void {
  server.addHook('onRequest', (request, _reply, next) => {
    const { principal } = request;
    if (principal === undefined) return next();
    connectionIsKnown(request.raw.socket);
    next(limits.takePrincipal(principal));
  });
}

function credentialOf({ headers }: FastifyRequest): string | undefined {
  return headers.authorization ?? headers.cookie;
}
