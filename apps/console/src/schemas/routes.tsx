import { createRoute } from '@tanstack/react-router';
import { lazyPage } from '../shell/lazy-page';
import { serviceRoute } from '../services/service-route';

const schemaRoute = createRoute({
  getParentRoute: () => serviceRoute,
  path: '/schema',
  component: lazyPage(() => import('./SchemaPage'), 'SchemaPage'),
});

/** Inside the page of one service. */
export const schemasRoutes = [schemaRoute] as const;
