import { createRoute } from '@tanstack/react-router';
import { lazyPage } from '../shell/lazy-page';
import { signedInRoute } from '../shell/root-route';
import { readServicesFilter } from './services-filter';

export const servicesRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/services',
  validateSearch: readServicesFilter,
  component: lazyPage(() => import('./ServicesPage'), 'ServicesPage'),
});
