import type { FastifyInstance } from 'fastify';
import { Problem } from '@binnacle/contracts';
import { API_PREFIX } from '../http/api-prefix.js';
import { bearerToken } from './bearer-token.js';
import type { Principal } from './principal.js';
import type { TokenAuthenticator } from './token-authenticator.js';

declare module 'fastify' {
  interface FastifyRequest {
    principal?: Principal;
  }
}

/** Finds out who sends a request before its body is read: nobody makes this process parse anything without a token. */
export function authenticateEarly(server: FastifyInstance, authenticator: TokenAuthenticator): void {
  server.addHook('onRequest', (request, _reply, next) => {
    if (request.routeOptions.url?.startsWith(`/${API_PREFIX}/`) !== true) return next();
    const { authorization } = request.headers;
    const known = authenticator.known(request.raw.socket, authorization);
    if (known !== undefined) {
      request.principal = known;
      return next();
    }
    const token = bearerToken(authorization);
    const found = token === undefined ? Promise.resolve(undefined) : authenticator.authenticate(token);
    found.then((principal) => {
      if (principal === undefined) return next(unauthenticated());
      request.principal = principal;
      next();
    }, next);
  });
}

export function unauthenticated(): Problem {
  return new Problem('unauthenticated', 'Send a valid token: `Authorization: Bearer <token>`.');
}
