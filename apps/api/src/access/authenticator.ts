import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ChangeBus } from '../changes/change-bus.js';
import { SessionAuthenticator } from './accounts/session-authenticator.js';
import { unauthenticated } from './unauthenticated.js';
import { bearerToken } from './bearer-token.js';
import type { Principal } from './principal.js';
import { requireAccess } from './require-access.js';
import { TokenAuthenticator } from './token-authenticator.js';

/** Subject of a change that concerns all of a workspace. */
export const EVERYBODY = '*';

/** Tells who sends a request, by the credential that it carries. A token that is sent counts alone, valid or not. */
@Injectable()
export class Authenticator {
  constructor(
    private readonly tokens: TokenAuthenticator,
    private readonly sessions: SessionAuthenticator,
    bus: ChangeBus,
  ) {
    bus.onChange((change) => {
      if (change.kind === 'token') this.tokens.forget(({ credentialId }) => credentialId === change.tokenId);
      // People and sessions come and go all the time; only what ends a whole workspace concerns its tokens.
      else if (change.kind === 'access' && change.subject === EVERYBODY)
        this.tokens.forget(({ workspaceId }) => workspaceId === change.workspaceId);
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

  /**
   * Looks again at a request that has waited: its credential may have ended meanwhile, or been narrowed.
   *
   * @throws Problem unauthenticated or forbidden
   */
  async authenticateAgain(request: FastifyRequest): Promise<Principal> {
    const principal = await this.authenticate(request);
    requireAccess(request, principal);
    if (principal === undefined || principal.workspaceId !== request.principal?.workspaceId)
      throw unauthenticated();
    return principal;
  }
}
