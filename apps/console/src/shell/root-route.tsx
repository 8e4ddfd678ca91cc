import { createRootRoute, createRoute, Outlet, redirect } from '@tanstack/react-router';
import { AppFrame } from './AppFrame';
import { NotFound } from './NotFound';
import { queryClient } from './query-client';
import { RouteError } from './RouteError';
import { hasExpired, sessionQuery } from './session';

export const rootRoute = createRootRoute({
  component: Outlet,
  notFoundComponent: NotFound,
  errorComponent: RouteError,
});

/** The parent of every page for signed-in people in a workspace. Who is not is led to the sign-in, and back from there. */
export const signedInRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'signed-in',
  beforeLoad: async ({ location }) => {
    const session = await queryClient.ensureQueryData(sessionQuery);
    if (session === null)
      throw redirect({
        to: '/sign-in',
        search: { to: location.href, ...(hasExpired() ? { expired: true } : {}) },
      });
    if (session.workspace === null) throw redirect({ to: '/workspaces', search: { to: location.href } });
  },
  component: AppFrame,
  errorComponent: RouteError,
});

export const homeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/services' });
  },
});
