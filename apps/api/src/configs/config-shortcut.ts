import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type PairParams, type Permission, roleGrants } from '@binnacle/contracts';
import { mayTouch } from '../access/principal.js';
import { matchesEtag } from '../http/etag.js';
import { SECURITY_HEADERS } from '../http/security-headers.js';
import { Drain } from '../lifecycle/drain.js';
import { ConfigCache } from './config-cache.js';

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
    private readonly cache: ConfigCache,
    private readonly drain: Drain,
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
    if (this.drain.isDraining || request.originalUrl.includes('?')) return false;
    const { principal } = request;
    if (principal === undefined || !roleGrants(principal.role, NEEDED)) return false;
    const { service, environment } = request.params as PairParams;
    if (!mayTouch(principal, NEEDED, { service, environment })) return false;
    const config = this.cache.atHand({ workspaceId: principal.workspaceId, service, environment });
    if (config === undefined || matchesEtag(request.headers['if-none-match'], config.etag)) return false;
    // Past Fastify's own way of sending, which is half of what such an answer costs.
    reply.hijack();
    reply.raw.writeHead(200, {
      ...SECURITY_HEADERS,
      'x-request-id': request.id,
      etag: config.etag,
      'cache-control': 'no-cache',
      'content-type': 'application/json',
      'content-length': config.bodyBytes,
    });
    reply.raw.end(config.body);
    return true;
  }
}
