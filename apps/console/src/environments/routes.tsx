import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { signedInRoute } from '../shell/root-route';

const environmentsRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/environments',
  component: lazyRouteComponent(() => import('./EnvironmentsPage'), 'EnvironmentsPage'),
});

export const environmentsRoutes = [environmentsRoute] as const;
