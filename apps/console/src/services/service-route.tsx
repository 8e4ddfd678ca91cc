import { createRoute } from '@tanstack/react-router';
import { lazyPage } from '../shell/lazy-page';
import { signedInRoute } from '../shell/root-route';

/** The page of one service: its head and tabs, around what a tab shows. Features put their tabs below it. */
export const serviceRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/services/$service',
  component: lazyPage(() => import('./ServiceFrame'), 'ServiceFrame'),
});
