import { createRoute } from '@tanstack/react-router';
import { lazyPage } from '../shell/lazy-page';
import { signedInRoute } from '../shell/root-route';

const environmentsRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/environments',
  component: lazyPage(() => import('./EnvironmentsPage'), 'EnvironmentsPage'),
});

export const environmentsRoutes = [environmentsRoute] as const;
