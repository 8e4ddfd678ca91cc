import { createRoute } from '@tanstack/react-router';
import { lazyPage } from '../shell/lazy-page';
import { signedInRoute } from '../shell/root-route';
import { readAuditFilter } from './audit-filter';

const auditRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/audit',
  validateSearch: readAuditFilter,
  component: lazyPage(() => import('./AuditPage'), 'AuditPage'),
});

export const auditRoutes = [auditRoute] as const;
