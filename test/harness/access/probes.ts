import { randomUUID } from 'node:crypto';
import { EXPECTED_ACCESS, type ExpectedAccess, type TouchedNames } from './expected-access.js';
import { COMMON_ENVIRONMENT, COMMON_SERVICE, type Tenant } from './tenant.js';

/** One request at one tenant, and what it stands for. */
export interface Probe {
  readonly route: string;
  readonly method: string;
  /** Below `/api/v1`. */
  readonly path: string;
  readonly body: object | undefined;
  readonly expected: Pick<ExpectedAccess, 'who' | 'kind'>;
  readonly touched: TouchedNames;
  /** Whether what it asks for is another workspace's, and must not be found. */
  readonly isForeign: boolean;
  /** Words that must not be in the answer. */
  readonly hidden: readonly string[];
}

/** What passes the guard and is refused afterwards, so that the tenants stay as they are. */
const HARMLESS = { unexpected: true };
const NOT_A_SCHEMA = { type: 12 };

/** What would be done at once if it were let through: for what is another workspace's. */
const VALID_BODIES: Readonly<Record<string, object>> = {
  'PATCH /services/:service': { owner: 'story' },
  'PUT /services/:service/schema': { type: 'object' },
  'POST /services/:service/schema/check': { type: 'object' },
  'POST /services/:service/documents/:layer/versions': { content: { text: 'story' }, message: 'story' },
  'POST /services/:service/documents/:layer/rollback': { to: 1 },
  'POST /services/:service/documents/:layer/preview': { content: {} },
  'POST /services/:service/documents/:layer/validate': { content: {} },
  'PUT /services/:service/documents/:layer/draft': { content: { text: 'story' } },
  'POST /services/:service/documents/:layer/draft/publish': {},
  'PUT /services/:service/documents/:layer/tags/:tag': { version: 1 },
  'PUT /services/:service/environments/:environment/secrets/:name': { value: 'story' },
  'POST /services/:service/environments/:environment/secrets/:name/reveal': {},
  'PUT /services/:service/environments/:environment/breakers/:name': { policy: {} },
  'POST /services/:service/environments/:environment/breakers/:name/force': {
    state: 'disabled',
    reason: 'story',
  },
  'PATCH /environments/:environment': { protected: true },
  'POST /services/:service/environments/:environment/promote': { from: COMMON_ENVIRONMENT },
  'POST /approvals/:id/approve': {},
  'POST /approvals/:id/reject': { reason: 'story' },
  'POST /approvals/:id/emergency': { reason: 'story' },
  'PATCH /tokens/:id': { name: 'story' },
  'POST /tokens/:id/rotate': {},
  'PATCH /users/:id': { grants: [{ role: 'viewer' }] },
  'PATCH /workspaces/:id': { name: 'story' },
};

/** An operator looks after the accounts of all workspaces: for him no account is another's. */
const OF_THE_INSTALLATION: ReadonlySet<string> = new Set(['POST /users/:id/password-reset']);
const ELSEWHERE = { environment: COMMON_ENVIRONMENT, layer: COMMON_ENVIRONMENT };
const ENDS_THE_SESSION = 'DELETE /session';

/** Every route at the caller's own workspace; `other` is the one that must not be seen. */
export function ownProbes(own: Tenant, other: Tenant): Probe[] {
  return routes().flatMap(({ route, who, kind }) => {
    const isAudit = route.startsWith('GET /audit');
    // The audit of this workspace names what its people asked for in vain.
    const hidden = isAudit ? [other.marker] : [other.marker, other.name];
    const places = route.includes(':environment') ? [COMMON_ENVIRONMENT] : [];
    const variants: (Target & { readonly query?: string })[] = [
      targetOf(route, own),
      ...(route.includes(':layer') ? [{ ...targetOf(route, own), layer: 'base' }] : []),
      // What both tenants call by the same names.
      ...places.map((environment) => ({ ...targetOf(route, own), service: COMMON_SERVICE, environment })),
      // What the query says may not take the place of what the path says.
      ...(/:(layer|environment)/.test(route)
        ? [{ ...targetOf(route, own), ...ELSEWHERE, query: `?environment=${own.environment}` }]
        : []),
    ];
    return variants.map(({ query = queryOf(route, own), ...target }) => {
      const { id, version, revision, ...names } = { ...target, ...spared(route, own) };
      return probe(
        route,
        { id, version, revision, ...names },
        {
          expected: { who, kind },
          touched: isToldLater(route)
            ? { service: own.service, environment: own.environment }
            : touchedIn(route, names, own),
          isForeign: false,
          hidden,
          body:
            route === 'PUT /services/:service/schema' ? NOT_A_SCHEMA : (refusedLater(route, own) ?? HARMLESS),
          query,
        },
      );
    });
  });
}

/** Every route that names something, with the names and ids of a workspace that is not the caller's. */
export function foreignProbes(other: Tenant): Probe[] {
  return routes()
    .filter(({ route }) => /:|overview/.test(route) && !OF_THE_INSTALLATION.has(route))
    .map(({ route, who, kind }) => {
      const target = targetOf(route, other);
      const isApproval = route.includes('/approvals/:id');
      return probe(route, target, {
        // Where an approval belongs is not known before it is found.
        expected: { who, kind: isApproval ? 'look' : kind },
        touched: isApproval ? {} : touchedIn(route, target, other),
        isForeign: true,
        hidden: [other.marker],
        body: VALID_BODIES[route] ?? HARMLESS,
        query: queryOf(route, other),
      });
    });
}

interface Row extends Pick<ExpectedAccess, 'who' | 'kind'> {
  readonly route: string;
}

/** The session ends last. */
function routes(): Row[] {
  const rows = Object.values(EXPECTED_ACCESS).flatMap(({ who, kind, routes: listed }) =>
    listed.map((route) => ({ route, who, kind })),
  );
  return [
    ...rows.filter(({ route }) => route !== ENDS_THE_SESSION),
    ...rows.filter(({ route }) => route === ENDS_THE_SESSION),
  ];
}

interface Target {
  readonly service: string;
  readonly environment: string;
  readonly layer: string;
  readonly name: string;
  readonly id: string;
  readonly version: string;
  readonly revision: string;
  readonly tag: string;
}

function targetOf(route: string, tenant: Tenant): Target {
  return {
    service: tenant.service,
    environment: tenant.environment,
    layer: tenant.environment,
    name: route.includes('/secrets/') ? tenant.secret : tenant.breaker,
    id: idOf(route, tenant),
    version: '1',
    revision: '1',
    tag: tenant.tag,
  };
}

function idOf(route: string, tenant: Tenant): string {
  if (route.includes('/drafts/:id')) return tenant.draftId;
  const [, collection] = route.split('/');
  switch (collection) {
    case 'tokens':
      return tenant.tokenId;
    case 'users':
      return tenant.userId;
    case 'sessions':
      return tenant.sessionId;
    case 'invitations':
      return tenant.invitationId;
    case 'approvals':
      return tenant.approvalId;
    default:
      return tenant.workspaceId;
  }
}

/** Takes the place of what would be lost for those who come after. */
function spared(route: string, own: Tenant): Partial<Target> {
  if (route === 'DELETE /services/:service') return { service: own.shelf };
  if (route.startsWith('DELETE') && route.includes('/secrets/')) return { name: 'gone' };
  if (route.startsWith('DELETE') && route.endsWith('/draft')) return { service: own.shelf };
  if (route.startsWith('DELETE') && route.endsWith('/tags/:tag')) return { tag: 'gone' };
  const endsSomething = route.startsWith('DELETE') || OF_THE_INSTALLATION.has(route);
  if (endsSomething && route.includes(':id')) return { id: randomUUID() };
  return route.endsWith('/leave') ? { id: randomUUID() } : {};
}

/** Only the feature can tell what these touch: here, the tenant's own document or an approval for it. */
function isToldLater(route: string): boolean {
  return route.includes('/approvals/:id') || route === 'POST /change-sets' || route === 'POST /import';
}

/**
 * Refused after it was looked at who may do it: the approval has been decided, somebody else has published, the file does
 * not parse.
 */
function refusedLater(route: string, { service, environment }: Tenant): object | undefined {
  if (route === 'POST /change-sets')
    return { message: '', changes: [{ service, layer: environment, content: {}, basedOn: 1_000 }] };
  if (route === 'POST /import')
    return { files: [{ path: `services/${service}/${environment}.json`, content: '{' }] };
  return route.startsWith('POST /approvals/') ? VALID_BODIES[route] : undefined;
}

function queryOf(route: string, tenant: Tenant): string {
  if (route.endsWith('/diff')) return '?from=0';
  if (route === 'GET /search') return '?q=text';
  return route === 'GET /overview' ? `?environment=${tenant.environment}` : '';
}

function touchedIn(
  route: string,
  target: Omit<Target, 'id' | 'version' | 'revision' | 'tag'>,
  tenant: Tenant,
): TouchedNames {
  const layer = route.includes(':layer') && target.layer !== 'base' ? target.layer : undefined;
  const asked = route === 'GET /overview' ? tenant.environment : undefined;
  return {
    service: route.includes(':service') ? target.service : undefined,
    environment: route.includes(':environment') ? target.environment : (layer ?? asked),
  };
}

function probe(
  route: string,
  target: Target,
  { query, body, ...rest }: Omit<Probe, 'route' | 'method' | 'path'> & { readonly query: string },
): Probe {
  const [method = '', pattern = ''] = route.split(' ');
  const names: Readonly<Record<string, string>> = { ...target };
  const path = pattern.replaceAll(/:(\w+)/g, (_whole, name: string) => names[name] ?? '') + query;
  const takesBody = /^(POST|PUT|PATCH)$/.test(method) && !/\/(archive|leave|password-reset)$/.test(path);
  return { route, method, path, body: takesBody ? body : undefined, ...rest };
}
