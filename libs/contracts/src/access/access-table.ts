import type { Permission } from './permission.js';

/**
 * What a route or an event asks of its caller: a permission in the workspace, or
 * - `anyone`: nothing, not even to be known;
 * - `known`: a valid token or session, whatever its role;
 * - `person`: a signed-in user, not a token;
 * - `operator`: a user who looks after the installation, or the installation's own admin token.
 */
export type Need = Permission | 'anyone' | 'known' | 'person' | 'operator';

/** Every route below `/api/v1`, as `METHOD path`. A route that is not here is refused to everybody. */
export const ROUTE_NEEDS = {
  'GET /services': 'services:read',
  'POST /services': 'services:write',
  'GET /services/:service': 'services:read',
  'PATCH /services/:service': 'services:write',
  'DELETE /services/:service': 'config:publish',

  'GET /services/:service/schema': 'config:read',
  'PUT /services/:service/schema': 'schemas:write',
  'POST /services/:service/schema/check': 'schemas:write',
  'GET /services/:service/schema/versions': 'config:read',
  'GET /services/:service/schema/versions/:version': 'config:read',

  'GET /services/:service/documents/:layer': 'config:read',
  'GET /services/:service/documents/:layer/diff': 'config:read',
  'GET /services/:service/documents/:layer/draft': 'config:read',
  'PUT /services/:service/documents/:layer/draft': 'config:edit',
  'DELETE /services/:service/documents/:layer/draft': 'config:edit',
  'POST /services/:service/documents/:layer/draft/publish': 'config:publish',
  'GET /services/:service/documents/:layer/drafts': 'config:read',
  'GET /services/:service/documents/:layer/drafts/:id': 'config:read',
  'GET /services/:service/documents/:layer/tags': 'config:read',
  'PUT /services/:service/documents/:layer/tags/:tag': 'config:publish',
  'DELETE /services/:service/documents/:layer/tags/:tag': 'config:publish',
  'GET /drafts': 'config:read',
  'POST /services/:service/documents/:layer/preview': 'config:read',
  'POST /services/:service/documents/:layer/rollback': 'config:publish',
  'POST /services/:service/documents/:layer/validate': 'config:read',
  'GET /services/:service/documents/:layer/versions': 'config:read',
  'POST /services/:service/documents/:layer/versions': 'config:publish',
  'GET /services/:service/documents/:layer/versions/:version': 'config:read',

  'GET /services/:service/environments/:environment/config': 'config:read',
  'GET /services/:service/environments/:environment/revisions': 'config:read',
  'GET /services/:service/environments/:environment/revisions/:revision': 'config:read',

  'GET /services/:service/environments/:environment/secrets': 'secrets:read',
  'GET /services/:service/environments/:environment/secrets/:name': 'secrets:read',
  'PUT /services/:service/environments/:environment/secrets/:name': 'secrets:write',
  'DELETE /services/:service/environments/:environment/secrets/:name': 'secrets:write',
  'GET /services/:service/environments/:environment/secrets/:name/versions': 'secrets:read',
  'POST /services/:service/environments/:environment/secrets/:name/reveal': 'secrets:reveal',

  'GET /services/:service/environments/:environment/instances': 'health:read',
  'GET /services/:service/environments/:environment/health': 'health:read',
  'GET /services/:service/environments/:environment/health/transitions': 'health:read',
  'GET /overview': 'health:read',

  'GET /services/:service/environments/:environment/breakers': 'breakers:read',
  'GET /services/:service/environments/:environment/breakers/:name': 'breakers:read',
  'PUT /services/:service/environments/:environment/breakers/:name': 'breakers:write',
  'POST /services/:service/environments/:environment/breakers/:name/force': 'breakers:force',
  'DELETE /services/:service/environments/:environment/breakers/:name/force': 'breakers:force',

  'POST /services/:service/environments/:environment/promote': 'config:publish',
  'POST /change-sets': 'config:publish',
  'GET /export': 'services:read',
  'POST /import': 'config:publish',
  'GET /search': 'config:read',

  'GET /environments': 'services:read',
  'POST /environments': 'environments:write',
  'GET /environments/:environment': 'services:read',
  'PATCH /environments/:environment': 'environments:write',

  'GET /approvals': 'config:read',
  'GET /approvals/:id': 'config:read',
  'POST /approvals/:id/approve': 'config:publish',
  'POST /approvals/:id/reject': 'config:publish',
  'POST /approvals/:id/emergency': 'config:emergency',

  'GET /tokens': 'tokens:write',
  'POST /tokens': 'tokens:write',
  'GET /tokens/:id': 'tokens:write',
  'PATCH /tokens/:id': 'tokens:write',
  'POST /tokens/:id/rotate': 'tokens:write',
  'DELETE /tokens/:id': 'tokens:write',

  'GET /audit': 'audit:read',
  'GET /audit/export': 'audit:read',

  'POST /session': 'anyone',
  'GET /session': 'known',
  'PATCH /session': 'person',
  'DELETE /session': 'person',
  'PUT /session/password': 'person',
  'GET /sessions': 'person',
  'DELETE /sessions': 'person',
  'DELETE /sessions/:id': 'person',
  'POST /password-resets/use': 'anyone',

  'GET /users': 'users:read',
  'GET /users/:id': 'users:read',
  'PATCH /users/:id': 'users:write',
  'DELETE /users/:id': 'users:write',
  'POST /users/:id/password-reset': 'operator',
  'GET /invitations': 'users:write',
  'POST /invitations': 'users:write',
  'DELETE /invitations/:id': 'users:write',
  'POST /invitations/accept': 'anyone',

  'GET /workspaces': 'known',
  'POST /workspaces': 'person',
  'GET /workspaces/:id': 'known',
  'PATCH /workspaces/:id': 'workspace:write',
  'POST /workspaces/:id/archive': 'workspace:write',
  'POST /workspaces/:id/leave': 'person',
} as const satisfies Record<string, Need>;

/**
 * Routes whose path does not tell which service and environment they touch. Who holds the permission anywhere passes the
 * guard; the feature asks again once it knows.
 */
export const SCOPED_BY_FEATURE: ReadonlySet<string> = new Set<keyof typeof ROUTE_NEEDS>([
  'POST /change-sets',
  'POST /import',
  'POST /approvals/:id/approve',
  'POST /approvals/:id/reject',
  'POST /approvals/:id/emergency',
]);

/** Every namespace of sockets with what connecting to it needs, and what each event needs from then on. */
export const SOCKET_NEEDS = {
  '/agents': {
    connect: 'agents:connect',
    events: {
      applied: 'agents:connect',
      health: 'agents:connect',
      calls: 'agents:connect',
      lease: 'agents:connect',
    },
  },
  // Of these, each topic and each document is judged again by what it is about.
  '/console': {
    connect: 'config:read',
    events: { watch: 'config:read', editing: 'config:edit' },
  },
} as const satisfies Record<string, { connect: Need; events: Record<string, Need> }>;

/** Whether the need is a permission, which roles and scopes decide. */
export function isPermission(need: Need): need is Permission {
  return need.includes(':');
}
