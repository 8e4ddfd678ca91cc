import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { serviceRoute } from '../services/service-route';

const schemaRoute = createRoute({
  getParentRoute: () => serviceRoute,
  path: '/schema',
  component: lazyRouteComponent(() => import('./SchemaPage'), 'SchemaPage'),
});

/** Inside the page of one service. */
export const schemasRoutes = [schemaRoute] as const;
