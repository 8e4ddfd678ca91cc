import { Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Need, PairParams } from '@binnacle/contracts';
import { isMet, neededBy } from '../access/route-access.js';
import { ENVIRONMENT, type Environment } from '../environment.js';
import { matchesEtag } from '../http/etag.js';
import { shownRequestId } from '../http/request-id.js';
import { securityHeaders } from '../http/security-headers.js';
import { Drain } from '../lifecycle/drain.js';
import { mayHaveSecrets } from '../secrets/secret-delivery.js';
import { ConfigCache } from './config-cache.js';

const ROUTE = '/services/:service/environments/:environment/config';

/**
 * Answers the plain `GET …/config` before Nest has prepared the request, which costs more than all the rest of it. Only
 * when the token and the config are in memory and the token may read it: everything else, refusals among it, goes on
 * to the controller, whose answer is the same.
 */
@Injectable()
export class ConfigShortcut {
  /** Names and values in turn, which Node writes fastest. */
  private readonly headers: readonly string[];

  constructor(
    host: HttpAdapterHost,
    private readonly cache: ConfigCache,
    private readonly drain: Drain,
    @Inject(ENVIRONMENT) { front }: Environment,
  ) {
    this.headers = [
      ...Object.entries(securityHeaders(front.publicUrl)).flat(),
      'content-type',
      'application/json',
      'cache-control',
      'no-cache',
    ];
    // Providers are made before routes are registered.
    host.httpAdapter.getInstance<FastifyInstance>().addHook('onRoute', (route) => {
      if (route.method !== 'GET' || !route.url.endsWith(ROUTE)) return;
      const need = neededBy(route.method, route.url);
      if (need === undefined) return;
      route.onRequest = (request, reply, next) => {
        if (!this.answer(request, reply, need)) next();
      };
    });
  }

  private answer(request: FastifyRequest, reply: FastifyReply, need: Need): boolean {
    const { headers, principal } = request;
    if (this.drain.isDraining || request.originalUrl.includes('?')) return false;
    // Pages of other origins need headers that are made for each of them.
    if (principal === undefined || headers.origin !== undefined) return false;
    const { service, environment } = request.params as PairParams;
    if (!isMet(need, principal, { service, environment })) return false;
    const config = this.cache.atHand({ workspaceId: principal.workspaceId, service, environment });
    if (config === undefined || matchesEtag(headers['if-none-match'], config.etag)) return false;
    // With secrets in it there is more to do.
    if (config.secrets !== undefined && mayHaveSecrets(principal, { service, environment })) return false;
    // Past Fastify's own way of sending, which is half of what such an answer costs.
    reply.hijack();
    const length = String(config.bodyBytes);
    const own = ['x-request-id', shownRequestId(request.id), 'etag', config.etag, 'content-length', length];
    reply.raw.writeHead(200, [...this.headers, ...own]);
    reply.raw.end(config.body);
    return true;
  }
}
