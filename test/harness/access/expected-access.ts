/**
 * Who gets through, written out by hand and apart from the product's own table, so that a slip there is seen.
 *
 * A letter stands for what a caller has: `V`iewer, `E`ditor, `P`ublisher, `A`dmin, a`G`ent; `S`igned in as a person;
 * `O`perator; `K` with any valid credential; `*` with none; and for a permission given on top of a role `r`eveal,
 * `f`orce and a`u`dit.
 */
export interface ExpectedAccess {
  readonly who: string;
  /** Who is narrowed to a part of the workspace may `look` at what all of it shares, but `act` on his part alone. */
  readonly kind: 'look' | 'act';
  readonly routes: readonly string[];
}

const PAIR = '/services/:service/environments/:environment';
const DOCUMENT = '/services/:service/documents/:layer';

export const EXPECTED_ACCESS: Readonly<Record<string, ExpectedAccess>> = {
  'services:read': {
    who: 'VEPA',
    kind: 'look',
    routes: [
      'GET /services',
      'GET /services/:service',
      'GET /environments',
      'GET /environments/:environment',
      'GET /export',
    ],
  },
  'services:write': { who: 'EPA', kind: 'act', routes: ['POST /services', 'PATCH /services/:service'] },
  'schemas:write': {
    who: 'EPA',
    kind: 'act',
    routes: ['PUT /services/:service/schema', 'POST /services/:service/schema/check'],
  },
  'environments:write': {
    who: 'A',
    kind: 'act',
    routes: ['POST /environments', 'PATCH /environments/:environment'],
  },
  'config:read': {
    who: 'GVEPA',
    kind: 'look',
    routes: [
      'GET /services/:service/schema',
      'GET /services/:service/schema/versions',
      'GET /services/:service/schema/versions/:version',
      `GET ${DOCUMENT}`,
      `GET ${DOCUMENT}/versions`,
      `GET ${DOCUMENT}/versions/:version`,
      `POST ${DOCUMENT}/preview`,
      `POST ${DOCUMENT}/validate`,
      `GET ${DOCUMENT}/diff`,
      `GET ${DOCUMENT}/draft`,
      `GET ${DOCUMENT}/drafts`,
      `GET ${DOCUMENT}/drafts/:id`,
      `GET ${DOCUMENT}/tags`,
      'GET /drafts',
      `GET ${PAIR}/config`,
      `GET ${PAIR}/revisions`,
      `GET ${PAIR}/revisions/:revision`,
      'GET /approvals',
      'GET /approvals/:id',
      'GET /search',
    ],
  },
  'config:edit': {
    who: 'EPA',
    kind: 'act',
    routes: [`PUT ${DOCUMENT}/draft`, `DELETE ${DOCUMENT}/draft`],
  },
  'config:publish': {
    who: 'PA',
    kind: 'act',
    routes: [
      'DELETE /services/:service',
      `POST ${DOCUMENT}/versions`,
      `POST ${DOCUMENT}/rollback`,
      `POST ${DOCUMENT}/draft/publish`,
      `PUT ${DOCUMENT}/tags/:tag`,
      `DELETE ${DOCUMENT}/tags/:tag`,
      'POST /approvals/:id/approve',
      'POST /approvals/:id/reject',
      `POST ${PAIR}/promote`,
      'POST /change-sets',
      'POST /import',
    ],
  },
  'config:emergency': { who: 'PA', kind: 'act', routes: ['POST /approvals/:id/emergency'] },
  'health:read': {
    who: 'VEPA',
    kind: 'look',
    routes: [
      `GET ${PAIR}/instances`,
      `GET ${PAIR}/health`,
      `GET ${PAIR}/health/transitions`,
      'GET /overview',
    ],
  },
  'breakers:read': {
    who: 'VEPA',
    kind: 'look',
    routes: [`GET ${PAIR}/breakers`, `GET ${PAIR}/breakers/:name`],
  },
  'breakers:write': { who: 'PA', kind: 'act', routes: [`PUT ${PAIR}/breakers/:name`] },
  'breakers:force': {
    who: 'PAf',
    kind: 'act',
    routes: [`POST ${PAIR}/breakers/:name/force`, `DELETE ${PAIR}/breakers/:name/force`],
  },
  'secrets:read': {
    who: 'VEPA',
    kind: 'look',
    routes: [`GET ${PAIR}/secrets`, `GET ${PAIR}/secrets/:name`, `GET ${PAIR}/secrets/:name/versions`],
  },
  'secrets:write': {
    who: 'PA',
    kind: 'act',
    routes: [`PUT ${PAIR}/secrets/:name`, `DELETE ${PAIR}/secrets/:name`],
  },
  'secrets:reveal': { who: 'Ar', kind: 'act', routes: [`POST ${PAIR}/secrets/:name/reveal`] },
  'tokens:write': {
    who: 'A',
    kind: 'act',
    routes: [
      'GET /tokens',
      'POST /tokens',
      'GET /tokens/:id',
      'PATCH /tokens/:id',
      'POST /tokens/:id/rotate',
      'DELETE /tokens/:id',
    ],
  },
  'audit:read': { who: 'Au', kind: 'look', routes: ['GET /audit', 'GET /audit/export'] },
  'users:read': { who: 'VEPA', kind: 'look', routes: ['GET /users', 'GET /users/:id'] },
  'users:write': {
    who: 'A',
    kind: 'act',
    routes: [
      'PATCH /users/:id',
      'DELETE /users/:id',
      'GET /invitations',
      'POST /invitations',
      'DELETE /invitations/:id',
    ],
  },
  'workspace:write': {
    who: 'A',
    kind: 'act',
    routes: ['PATCH /workspaces/:id', 'POST /workspaces/:id/archive'],
  },
  anyone: {
    who: '*',
    kind: 'look',
    routes: ['POST /session', 'POST /password-resets/use', 'POST /invitations/accept'],
  },
  known: { who: 'K', kind: 'look', routes: ['GET /session', 'GET /workspaces', 'GET /workspaces/:id'] },
  person: {
    who: 'S',
    kind: 'look',
    routes: [
      'PATCH /session',
      'PUT /session/password',
      'GET /sessions',
      'DELETE /sessions',
      'DELETE /sessions/:id',
      'POST /workspaces',
      'POST /workspaces/:id/leave',
      'DELETE /session',
    ],
  },
  operator: { who: 'O', kind: 'look', routes: ['POST /users/:id/password-reset'] },
};

export interface ExpectedSockets extends Pick<ExpectedAccess, 'who' | 'kind'> {
  /** Whether the handshake names a service and an environment. */
  readonly isOfPair: boolean;
  /** Whether the cookie of a session is a credential there. */
  readonly takesSessions: boolean;
  /** Who may send each event, anywhere at all. */
  readonly events: Readonly<Record<string, string>>;
}

/** The same for sockets: who may connect, and send each event from then on. */
export const EXPECTED_SOCKETS: Readonly<Record<string, ExpectedSockets>> = {
  '/agents': {
    who: 'GA',
    kind: 'act',
    isOfPair: true,
    takesSessions: false,
    events: { applied: 'GA', health: 'GA', calls: 'GA', lease: 'GA' },
  },
  '/console': {
    who: 'GVEPA',
    kind: 'look',
    isOfPair: false,
    takesSessions: true,
    events: { watch: 'GVEPA', editing: 'EPA' },
  },
};

/** Who may watch what in the console: topics of one tenant, as they are written. */
export function expectedTopics({
  service,
  environment,
}: {
  service: string;
  environment: string;
}): readonly { readonly topic: string; readonly who: string; readonly touched: TouchedNames }[] {
  return [
    { topic: 'services', who: 'VEPA', touched: {} },
    { topic: 'approvals', who: 'GVEPA', touched: {} },
    { topic: 'drafts', who: 'GVEPA', touched: {} },
    { topic: `service:${service}`, who: 'VEPA', touched: { service } },
    { topic: `document:${service}/base`, who: 'GVEPA', touched: { service } },
    { topic: `document:${service}/${environment}`, who: 'GVEPA', touched: { service, environment } },
    { topic: `instances:${service}/${environment}`, who: 'VEPA', touched: { service, environment } },
    { topic: `overview:${environment}`, who: 'VEPA', touched: { environment } },
  ];
}

/** What somebody has, in all of a workspace or in a part of it; no names stand for all. */
export interface Held {
  readonly letters: string;
  readonly services: readonly string[];
  readonly environments: readonly string[];
}

export interface TouchedNames {
  readonly service?: string | undefined;
  readonly environment?: string | undefined;
}

/** Whether one who has this gets through to what is touched. */
export function isExpected(
  held: readonly Held[],
  { who, kind }: Pick<ExpectedAccess, 'who' | 'kind'>,
  touched: TouchedNames,
): boolean {
  if (who === '*') return true;
  return held.some(({ letters, services, environments }) => {
    const covers = (scope: readonly string[], name: string | undefined) =>
      scope.length === 0 || (name === undefined ? kind === 'look' : scope.includes(name));
    const has = [...letters].some((letter) => who.includes(letter));
    return has && covers(services, touched.service) && covers(environments, touched.environment);
  });
}
