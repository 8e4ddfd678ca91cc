import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { signedInRoute } from '../shell/root-route';
import { readApprovalsFilter } from './approvals-filter';

const approvalsRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/approvals',
  validateSearch: readApprovalsFilter,
  component: lazyRouteComponent(() => import('./ApprovalsPage'), 'ApprovalsPage'),
});

const approvalRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/approvals/$approval',
  component: lazyRouteComponent(() => import('./ApprovalPage'), 'ApprovalPage'),
});

export const rolloutsRoutes = [approvalsRoute, approvalRoute] as const;
