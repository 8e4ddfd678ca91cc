import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type PairParams, type Permission, roleGrants } from '@binnacle/contracts';
import { bearerToken } from '../access/bearer-token.js';
import { mayTouch } from '../access/principal.js';
import { TokenAuthenticator } from '../access/token-authenticator.js';
import { ConfigCache } from './config-cache.js';
import { sendConfig } from './send-config.js';

const ROUTE = '/services/:service/environments/:environment/config';
const NEEDED: Permission = 'config:read';

/**
 * Answers the plain `GET …/config` before Nest has prepared the request, which costs more than all the rest of it. Only
 * when the token and the config are in memory and the token may read it: everything else, refusals among it, goes on
 * to the controller, whose answer is the same.
 */
@Injectable()
export class ConfigShortcut {
  constructor(
    host: HttpAdapterHost,
    private readonly authenticator: TokenAuthenticator,
    private readonly cache: ConfigCache,
  ) {
    // Providers are made before routes are registered.
    host.httpAdapter.getInstance<FastifyInstance>().addHook('onRoute', (route) => {
      if (route.method !== 'GET' || !route.url.endsWith(ROUTE)) return;
      route.onRequest = (request, reply, next) => {
        if (!this.answer(request, reply)) next();
      };
    });
  }

  private answer(request: FastifyRequest, reply: FastifyReply): boolean {
    if (request.originalUrl.includes('?')) return false;
    const token = bearerToken(request.headers.authorization);
    const principal = token === undefined ? undefined : this.authenticator.known(token);
    if (principal === undefined || !roleGrants(principal.role, NEEDED)) return false;
    const { service, environment } = request.params as PairParams;
    if (!mayTouch(principal, NEEDED, { service, environment })) return false;
    const config = this.cache.atHand({ workspaceId: principal.workspaceId, service, environment });
    if (config === undefined) return false;
    sendConfig(reply, config, request.headers['if-none-match']);
    return true;
  }
}
