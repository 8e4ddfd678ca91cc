import type { Role } from './token.js';

/** What a route or a socket event may ask for. A route that names none is refused. */
export const PERMISSIONS = [
  'config:read',
  'config:publish',
  'services:read',
  'services:write',
  'schemas:write',
  'environments:write',
  'health:read',
  'breakers:read',
  'breakers:write',
  'tokens:write',
  'agents:connect',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

const VIEWER: readonly Permission[] = ['config:read', 'services:read', 'health:read', 'breakers:read'];
const EDITOR: readonly Permission[] = [...VIEWER, 'services:write', 'schemas:write'];
const PUBLISHER: readonly Permission[] = [...EDITOR, 'config:publish', 'breakers:write'];

const GRANTS: Record<Role, ReadonlySet<Permission>> = {
  agent: new Set<Permission>(['config:read', 'agents:connect']),
  viewer: new Set(VIEWER),
  editor: new Set(EDITOR),
  publisher: new Set(PUBLISHER),
  admin: new Set(PERMISSIONS),
};

/** Whether a role carries a permission. Scopes (services, environments of a token) narrow it further. */
export function roleGrants(role: Role, permission: Permission): boolean {
  return GRANTS[role].has(permission);
}
