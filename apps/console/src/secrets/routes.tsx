import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
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
  component: lazyRouteComponent(() => import('./SecretsPage'), 'SecretsPage'),
});

/** Inside the page of one service. */
export const secretsRoutes = [secretsRoute] as const;
