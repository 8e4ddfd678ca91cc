import type { FastifyInstance } from 'fastify';

/** Every route that this server answers, as `METHOD pattern`; it grows as routes are registered from now on. */
export function listRoutes(server: FastifyInstance): ReadonlySet<string> {
  const routes = new Set<string>();
  server.addHook('onRoute', ({ method, url }) => {
    for (const each of [method].flat()) routes.add(`${each} ${url}`);
  });
  return routes;
}
