import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { BodyBudget } from '../http/body-budget.js';
import { LARGE_BODY_BYTES } from '../http/large-bodies.js';
import { requireAccess } from './require-access.js';
import { isInTable, neededBy } from './route-access.js';

/** Fastify reads no body of these. */
const BODILESS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses whoever may not do what he asks before his body is read, and large bodies for which there is no room. The
 * guard asks again, as it does for every route. To be added after what limits rates.
 */
export function admitBodies(server: FastifyInstance, budget: BodyBudget): void {
  server.addHook('onRequest', (request, reply, next) => {
    if (BODILESS.has(request.method)) return next();
    const pattern = request.routeOptions.url;
    if (pattern === undefined || !isInTable(pattern)) return next();
    try {
      if (neededBy(request.method, pattern) !== undefined) requireAccess(request, request.principal);
      const bytes = largeBodyOf(request);
      if (bytes > 0) reply.raw.once('close', budget.take(request.principal?.workspaceId ?? '', bytes));
      next();
    } catch (error) {
      next(error as Error);
    }
  });
}

/** How many bytes the body may have, 0 when it is not large. One that does not say takes as much as it may. */
function largeBodyOf({ headers, routeOptions }: FastifyRequest): number {
  const length = headers['content-length'];
  const isChunked = headers['transfer-encoding'] !== undefined;
  if (length === undefined && !isChunked) return 0;
  const bytes = isChunked ? routeOptions.bodyLimit : Number(length);
  // What is more than the route takes is refused without being read.
  return bytes > LARGE_BODY_BYTES && bytes <= routeOptions.bodyLimit ? bytes : 0;
}
