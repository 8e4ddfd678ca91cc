import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { signedInRoute } from '../shell/root-route';
import { readServicesFilter } from './services-filter';

export const servicesRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/services',
  validateSearch: readServicesFilter,
  component: lazyRouteComponent(() => import('./ServicesPage'), 'ServicesPage'),
});
