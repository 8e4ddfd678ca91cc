import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { readOpenInstances } from './instances-filter';
import { serviceRoute } from './service-route';

export const serviceEnvironmentsRoute = createRoute({
  getParentRoute: () => serviceRoute,
  path: '/',
  validateSearch: readOpenInstances,
  component: lazyRouteComponent(() => import('./ServiceEnvironments'), 'ServiceEnvironments'),
});
