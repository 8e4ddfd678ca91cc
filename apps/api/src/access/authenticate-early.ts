import type { FastifyInstance } from 'fastify';
import type { Authenticator } from './authenticator.js';
import type { Principal } from './principal.js';
import { isInTable, neededBy } from './route-access.js';
import { unauthenticated } from './unauthenticated.js';

declare module 'fastify' {
  interface FastifyRequest {
    principal?: Principal;
  }
}

/**
 * Finds out who sends a request before its body is read: but for the few routes that are for anyone, nobody makes this
 * process parse anything without a credential.
 */
export function authenticateEarly(server: FastifyInstance, authenticator: Authenticator): void {
  server.addHook('onRequest', (request, _reply, next) => {
    const pattern = request.routeOptions.url;
    if (pattern === undefined || !isInTable(pattern)) return next();
    const known = authenticator.known(request);
    if (known !== undefined) {
      request.principal = known;
      return next();
    }
    authenticator.authenticate(request).then((principal) => {
      if (principal !== undefined) request.principal = principal;
      else if (neededBy(request.method, pattern) !== 'anyone') return next(unauthenticated());
      next();
    }, next);
  });
}
