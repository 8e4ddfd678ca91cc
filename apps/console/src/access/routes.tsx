import { createRoute } from '@tanstack/react-router';
import { lazyPage } from '../shell/lazy-page';
import { rootRoute, signedInRoute } from '../shell/root-route';
import { readTarget } from './sign-in-target';

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>): { to?: string; expired?: boolean } => ({
    ...readTarget(search),
    ...(search['expired'] === true ? { expired: true } : {}),
  }),
  component: lazyPage(() => import('./SignInPage'), 'SignInPage'),
});

const workspacesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/workspaces',
  validateSearch: readTarget,
  component: lazyPage(() => import('./WorkspacesPage'), 'WorkspacesPage'),
});

const acceptInvitationRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/invitations/accept',
  component: lazyPage(() => import('./AcceptInvitationPage'), 'AcceptInvitationPage'),
});

const passwordResetRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/password-reset',
  component: lazyPage(() => import('./PasswordResetPage'), 'PasswordResetPage'),
});

const accountRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/account',
  component: lazyPage(() => import('./AccountPage'), 'AccountPage'),
});

const tokensRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/tokens',
  component: lazyPage(() => import('./tokens/TokensPage'), 'TokensPage'),
});

const peopleRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/people',
  component: lazyPage(() => import('./people/PeoplePage'), 'PeoplePage'),
});

export const accessRoutes = [
  signInRoute,
  workspacesRoute,
  acceptInvitationRoute,
  passwordResetRoute,
] as const;
export const accountRoutes = [accountRoute, tokensRoute, peopleRoute] as const;
