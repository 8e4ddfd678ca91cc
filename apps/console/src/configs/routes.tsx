import { createRoute, redirect } from '@tanstack/react-router';
import { serviceRoute } from '../services/service-route';
import { lazyPage } from '../shell/lazy-page';
import type { CompareSearch, DocumentSearch, HistorySearch } from './config-search';

const documentsRoute = createRoute({
  getParentRoute: () => serviceRoute,
  path: '/documents',
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/services/$service/documents/$layer', params: { ...params, layer: 'base' } });
  },
});

const documentRoute = createRoute({
  getParentRoute: () => serviceRoute,
  path: '/documents/$layer',
  validateSearch: (search: Record<string, unknown>): DocumentSearch => ({
    ...(search['draft'] === true ? { draft: true as const } : {}),
    ...(search['step'] === 'review' || search['step'] === 'publish' ? { step: search['step'] } : {}),
  }),
  component: lazyPage(() => import('./DocumentPage'), 'DocumentPage'),
});

const historyRoute = createRoute({
  getParentRoute: () => serviceRoute,
  path: '/documents/$layer/history',
  validateSearch: (search: Record<string, unknown>): HistorySearch => ({
    ...versionIn(search, 'from'),
    ...versionIn(search, 'to'),
    ...(search['restore'] === true ? { restore: true as const } : {}),
  }),
  component: lazyPage(() => import('./history/HistoryPage'), 'HistoryPage'),
});

const compareRoute = createRoute({
  getParentRoute: () => serviceRoute,
  path: '/compare',
  validateSearch: (search: Record<string, unknown>): CompareSearch => ({
    ...(typeof search['from'] === 'string' ? { from: search['from'] } : {}),
    ...(typeof search['to'] === 'string' ? { to: search['to'] } : {}),
  }),
  component: lazyPage(() => import('./compare/ComparePage'), 'ComparePage'),
});

/** Inside the page of one service. */
export const configRoutes = [documentsRoute, documentRoute, historyRoute, compareRoute] as const;

function versionIn(search: Record<string, unknown>, name: 'from' | 'to'): HistorySearch {
  const value = search[name];
  return Number.isSafeInteger(value) && (value as number) >= 0 ? { [name]: value } : {};
}
