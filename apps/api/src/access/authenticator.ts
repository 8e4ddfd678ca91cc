import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ChangeBus } from '../changes/change-bus.js';
import { SessionAuthenticator } from './accounts/session-authenticator.js';
import { bearerToken } from './bearer-token.js';
import type { Principal } from './principal.js';
import { TokenAuthenticator } from './token-authenticator.js';

/** Tells who sends a request, by the credential that it carries. A token that is sent counts alone, valid or not. */
@Injectable()
export class Authenticator {
  constructor(
    private readonly tokens: TokenAuthenticator,
    private readonly sessions: SessionAuthenticator,
    bus: ChangeBus,
  ) {
    bus.onChange((change) => {
      if (change.kind === 'token' || change.kind === 'access') this.tokens.forget();
    });
  }

  /** What is in memory of it. Undefined when it has to be looked up, and when it is not valid. */
  known(request: FastifyRequest): Principal | undefined {
    const { authorization } = request.headers;
    if (authorization === undefined) return this.sessions.known(request);
    return this.tokens.known(request.raw.socket, authorization);
  }

  /** Undefined for a credential that is missing or not valid. Rejects when the database is needed and away. */
  async authenticate(request: FastifyRequest): Promise<Principal | undefined> {
    const { authorization } = request.headers;
    if (authorization !== undefined) {
      const token = bearerToken(authorization);
      return token === undefined ? undefined : this.tokens.authenticate(token);
    }
    return this.sessions.authenticate(request);
  }
}
