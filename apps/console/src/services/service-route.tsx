import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { signedInRoute } from '../shell/root-route';

/** The page of one service: its head and tabs, around what a tab shows. Features put their tabs below it. */
export const serviceRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/services/$service',
  component: lazyRouteComponent(() => import('./ServiceFrame'), 'ServiceFrame'),
});
