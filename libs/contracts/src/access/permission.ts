import type { Role } from './role.js';

/** What a route or a socket event may ask for. A route that names none is refused. */
export const PERMISSIONS = [
  'config:read',
  'config:edit',
  'config:publish',
  'config:emergency',
  'services:read',
  'services:write',
  'schemas:write',
  'environments:write',
  'health:read',
  'breakers:read',
  'breakers:write',
  'breakers:force',
  'secrets:read',
  'secrets:write',
  'secrets:reveal',
  'secrets:deliver',
  'tokens:write',
  'users:read',
  'users:write',
  'workspace:write',
  'audit:read',
  'agents:connect',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

const VIEWER: readonly Permission[] = [
  'config:read',
  'services:read',
  'health:read',
  'breakers:read',
  'secrets:read',
  'users:read',
];
const EDITOR: readonly Permission[] = [...VIEWER, 'config:edit', 'services:write', 'schemas:write'];
const PUBLISHER: readonly Permission[] = [
  ...EDITOR,
  'config:publish',
  'config:emergency',
  'breakers:write',
  'breakers:force',
  'secrets:write',
];

const GRANTED: Record<Role, ReadonlySet<Permission>> = {
  agent: new Set<Permission>(['config:read', 'agents:connect', 'secrets:deliver']),
  viewer: new Set(VIEWER),
  editor: new Set(EDITOR),
  publisher: new Set(PUBLISHER),
  // An administrator reads a secret by revealing it, which is audited, and not in passing.
  admin: new Set(PERMISSIONS.filter((permission) => permission !== 'secrets:deliver')),
};

/** Permissions that may be granted one by one, to people whose role does not include them. */
export const EXTRA_PERMISSIONS = ['secrets:reveal', 'breakers:force', 'audit:read'] as const;

/** Whether a role carries a permission by itself. */
export function roleGrants(role: Role, permission: Permission): boolean {
  return GRANTED[role].has(permission);
}

/** Permissions that only look: who holds one for a part may also see what that part shares with others. */
export function isReading(permission: Permission): boolean {
  return permission.endsWith(':read');
}
