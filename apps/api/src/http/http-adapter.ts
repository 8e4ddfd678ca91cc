import { FastifyAdapter } from '@nestjs/platform-fastify';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, LogController } from 'fastify';
import type { Logger } from 'pino';
import { MAX_IMPORT_BODY_BYTES, Problem } from '@binnacle/contracts';
import type { Drain } from '../lifecycle/drain.js';
import type { Metrics } from '../lifecycle/metrics.js';
import { answerBrokenRequest } from './broken-request.js';
import type { FrontSettings } from './front-settings.js';
import { NO_JSON, readJsonBody } from './json-body.js';
import { LARGE_BODY_BYTES, LargeBodies } from './large-bodies.js';
import { makeRequestId, shownRequestId } from './request-id.js';
import { securityHeaders } from './security-headers.js';
import { sendProblem } from './send-problem.js';

/** Bodies of requests, in bytes. A document is at most 1 MiB, and longer as a JSON string. */
const BODY_LIMIT_BYTES = 262_144;
const DOCUMENT_BODY_LIMIT_BYTES = 4_194_304;
const MAX_HEADER_BYTES = 16_384;
/** A request must have arrived within these times, so that slow ones do not hold connections. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
const TIMEOUT_CHECK_MS = 1_000;
/** Over the longest long poll: whoever takes nothing of his answer for so long is not there. */
const STALLED_CONNECTION_MS = 120_000;
/** Longer than that of usual load balancers, so that it is they who close idle connections. */
const KEEP_ALIVE_MS = 72_000;

/** Fastify with the limits that every route shares. */
export function createHttpAdapter(
  logger: Logger,
  { publicUrl, trustedProxies }: Pick<FrontSettings, 'publicUrl' | 'trustedProxies'>,
): FastifyAdapter {
  const headers = securityHeaders(publicUrl);
  const adapter = new FastifyAdapter({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: 'idle',
    connectionTimeout: STALLED_CONNECTION_MS,
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
    clientErrorHandler: answerBrokenRequest,
    genReqId: makeRequestId,
    http: {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: HEADERS_TIMEOUT_MS,
      connectionsCheckingInterval: TIMEOUT_CHECK_MS,
    },
    routerOptions: { maxParamLength: 256 },
    // What fails before it has a route passes no hook.
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
      const id = shownRequestId(request.id);
      void reply.headers({ ...headers, 'x-request-id': id, 'cache-control': 'no-store' });
      sendProblem(error, request, reply);
    },
    skipMiddie: true,
  });
  const server: FastifyInstance = adapter.getInstance();
  server.addHook('onRoute', (route) => {
    const holdsDocument = route.url.includes('/documents/') || /\/schema(?:\/check)?$/.test(route.url);
    if (holdsDocument) route.bodyLimit = DOCUMENT_BODY_LIMIT_BYTES;
    const holdsMany = route.url.endsWith('/import') || route.url.endsWith('/change-sets');
    if (holdsMany) route.bodyLimit = MAX_IMPORT_BODY_BYTES;
    // Also for what hooks refuse before Nest has a part in it, and for routes that are not Nest's.
    route.errorHandler ??= sendProblem;
  });
  const large = new LargeBodies();
  server.addHook('onClose', (_server, done) => {
    large.close();
    done();
  });
  const parse = server.getDefaultJsonParser('error', 'error');
  server.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, bytes, done) => {
    // Clients that always name a type send it with DELETE as well.
    if (bytes.length === 0) return done(null, undefined);
    if (bytes.length > LARGE_BODY_BYTES) {
      const parsed = large.parse(request.principal?.workspaceId ?? '', bytes);
      return void parsed.then((value) => done(null, value), done);
    }
    const text = readJsonBody(bytes);
    if (typeof text !== 'string') return done(new Problem('malformed_request', text.detail, text.errors));
    void parse(request, text, (error, value) => {
      if (error === null) done(null, value);
      else done(new Problem('malformed_request', NO_JSON));
    });
  });
  server.addHook('onSend', (request, reply, _payload, next) => {
    void reply.headers(headers).header('x-request-id', shownRequestId(request.id));
    // What the API answers is for its sender alone, unless a route says how it may be kept.
    if (!reply.hasHeader('cache-control')) void reply.header('cache-control', 'no-store');
    next();
  });
  return adapter;
}

/** Logs and measures every request by its route, never by its path, which names tenants' things. */
export function observeRequests(server: FastifyInstance, metrics: Metrics): void {
  server.addHook('onResponse', (request, reply, next) => {
    const route = request.routeOptions.url ?? 'unknown';
    const status = `${Math.floor(reply.statusCode / 100)}xx`;
    metrics.requests.observe({ method: request.method, route, status }, reply.elapsedTime / 1000);
    request.log.debug(
      { method: request.method, route, status: reply.statusCode, ms: reply.elapsedTime },
      'request',
    );
    next();
  });
}

/** Tells clients with open connections, answer by answer, to come back on a new one: it leads to another process. */
export function closeConnectionsOnDrain(server: FastifyInstance, drain: Drain): void {
  server.addHook('onSend', (_request, reply, _payload, next) => {
    if (drain.isDraining) void reply.header('connection', 'close');
    next();
  });
}
