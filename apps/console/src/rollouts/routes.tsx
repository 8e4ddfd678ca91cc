import { createRoute } from '@tanstack/react-router';
import { lazyPage } from '../shell/lazy-page';
import { signedInRoute } from '../shell/root-route';
import { readApprovalsFilter } from './approvals-filter';

const approvalsRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/approvals',
  validateSearch: readApprovalsFilter,
  component: lazyPage(() => import('./ApprovalsPage'), 'ApprovalsPage'),
});

const approvalRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/approvals/$approval',
  component: lazyPage(() => import('./ApprovalPage'), 'ApprovalPage'),
});

export const rolloutsRoutes = [approvalsRoute, approvalRoute] as const;
