import { createRoute } from '@tanstack/react-router';
import { lazyPage } from '../shell/lazy-page';
import { serviceRoute } from '../services/service-route';

export interface SecretsSearch {
  readonly environment?: string;
}

const secretsRoute = createRoute({
  getParentRoute: () => serviceRoute,
  path: '/secrets',
  validateSearch: (search: Record<string, unknown>): SecretsSearch => {
    const { environment } = search;
    return typeof environment === 'string' || typeof environment === 'number'
      ? { environment: String(environment) }
      : {};
  },
  component: lazyPage(() => import('./SecretsPage'), 'SecretsPage'),
});

/** Inside the page of one service. */
export const secretsRoutes = [secretsRoute] as const;
