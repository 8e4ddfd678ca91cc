import type { FastifyRequest } from 'fastify';
import {
  grantsAllow,
  grantsInclude,
  isPermission,
  isReading,
  type Need,
  ROUTE_NEEDS,
  SCOPED_BY_FEATURE,
  type Touched,
} from '@binnacle/contracts';
import { BASE_LAYER } from '@binnacle/domain';
import { API_PREFIX } from '../http/api-prefix.js';
import type { Principal } from './principal.js';

const PREFIX = `/${API_PREFIX}`;

/** What answers without asking who it is, outside of the API: for orchestrators and for Prometheus. */
const OPEN_ROUTES: ReadonlySet<string> = new Set(['/livez', '/readyz', '/metrics']);

/** By the whole pattern of a route, then by method: nothing is put together for a look-up. */
const NEEDS = new Map<string, Map<string, Need>>();
for (const [route, need] of Object.entries<Need>(ROUTE_NEEDS)) {
  const [method = '', path = ''] = route.split(' ');
  const ofPath = NEEDS.get(PREFIX + path) ?? new Map<string, Need>();
  ofPath.set(method, need);
  // Fastify answers HEAD wherever it answers GET.
  if (method === 'GET') ofPath.set('HEAD', need);
  NEEDS.set(PREFIX + path, ofPath);
}

/** Where a part of what is read may be chosen with `?environment=`, and the path names none. */
const CHOSEN_BY_QUERY: ReadonlySet<string> = new Set(
  (['/overview', '/approvals', '/audit', '/audit/export'] as const).map((path) => PREFIX + path),
);

const TOLD_LATER_PATTERNS: ReadonlySet<string> = new Set(
  [...SCOPED_BY_FEATURE].map((route) => PREFIX + (route.split(' ')[1] ?? '')),
);

/** What the access table says for a route, by its pattern (`/api/v1/services/:service`); undefined when nothing. */
export function neededBy(method: string, pattern: string): Need | undefined {
  return NEEDS.get(pattern)?.get(method);
}

/** Whether it is a route of the API, for which the access table is asked. */
export function isInTable(pattern: string): boolean {
  return pattern.startsWith(`${PREFIX}/`);
}

/** Whether it is one of the few routes outside of the API that answer anyone. */
export function isOpen(pattern: string): boolean {
  return OPEN_ROUTES.has(pattern);
}

/** For a route that only its feature can tell what it touches; it asks again then. */
export const TOLD_LATER = 'told later';

/** The one decision: whether who sends a request may do what its route does to what it touches. */
export function isMet(
  need: Need,
  principal: Principal | undefined,
  touched: Touched | typeof TOLD_LATER,
): boolean {
  if (need === 'anyone') return true;
  if (principal === undefined) return false;
  if (isPermission(need))
    return touched === TOLD_LATER
      ? grantsInclude(principal.grants, need)
      : grantsAllow(principal.grants, need, touched);
  switch (need) {
    case 'known':
      return true;
    case 'person':
      return principal.via === 'session';
    case 'operator':
      return principal.isOperator;
  }
}

/** What a request concerns, by its path; by its query only where a list is read of which that chooses a part. */
export function touchedBy(request: FastifyRequest, need: Need): Touched | typeof TOLD_LATER {
  const pattern = request.routeOptions.url ?? '';
  if (TOLD_LATER_PATTERNS.has(pattern)) return TOLD_LATER;
  if (CHOSEN_BY_QUERY.has(pattern)) return { service: undefined, environment: askedIn(request, need) };
  const { service, environment, layer } = request.params as Names;
  return { service, environment: environment ?? (layer === BASE_LAYER ? undefined : layer) };
}

interface Names {
  readonly service?: string;
  readonly environment?: string;
  readonly layer?: string;
}

function askedIn(request: FastifyRequest, need: Need): string | undefined {
  const { environment } = request.query as { environment?: unknown };
  return isPermission(need) && isReading(need) && typeof environment === 'string' ? environment : undefined;
}
