import { createRouter } from '@tanstack/react-router';
import { accessRoutes, accountRoutes } from '../access/routes';
import { auditRoutes } from '../audit/routes';
import { configRoutes } from '../configs/routes';
import { environmentsRoutes } from '../environments/routes';
import { rolloutsRoutes } from '../rollouts/routes';
import { schemasRoutes } from '../schemas/routes';
import { secretsRoutes } from '../secrets/routes';
import { serviceRoutes, servicesRoutes } from '../services/routes';
import { serviceRoute } from '../services/service-route';
import { homeRoute, rootRoute, signedInRoute } from './root-route';

/** Every page of the console: a feature exports its routes, and stands in one of these lists. */
const routeTree = rootRoute.addChildren([
  homeRoute,
  // Without a session, or before a workspace is chosen.
  ...accessRoutes,
  signedInRoute.addChildren([
    ...servicesRoutes,
    ...environmentsRoutes,
    ...rolloutsRoutes,
    ...auditRoutes,
    ...accountRoutes,
    // Below `/services/$service`, inside the page of one service.
    serviceRoute.addChildren([...serviceRoutes, ...configRoutes, ...schemasRoutes, ...secretsRoutes]),
  ]),
]);

export const router = createRouter({
  routeTree,
  defaultPreload: 'intent',
  // The query cache knows how old its data is.
  defaultPreloadStaleTime: 0,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
