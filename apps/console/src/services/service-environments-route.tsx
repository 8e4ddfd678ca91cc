import { createRoute } from '@tanstack/react-router';
import { lazyPage } from '../shell/lazy-page';
import { readOpenInstances } from './instances-filter';
import { serviceRoute } from './service-route';

export const serviceEnvironmentsRoute = createRoute({
  getParentRoute: () => serviceRoute,
  path: '/',
  validateSearch: readOpenInstances,
  component: lazyPage(() => import('./ServiceEnvironments'), 'ServiceEnvironments'),
});
