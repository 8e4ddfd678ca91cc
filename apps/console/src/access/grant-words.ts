import type { Grant, Role } from '@binnacle/contracts';

export const ROLE_WORDS: Readonly<Record<Role, string>> = {
  viewer: 'Viewer: sees everything but values of secrets',
  editor: 'Editor: also services, schemas and drafts',
  publisher: 'Publisher: also publishes, sets secrets, forces breakers',
  admin: 'Admin: also people, tokens, environments',
  agent: 'Agent: what a running service needs, secrets included',
};

export const PERMISSION_WORDS: Readonly<Record<Grant['permissions'][number], string>> = {
  'secrets:reveal': 'may reveal secrets',
  'breakers:force': 'may force breakers',
  'audit:read': 'may read the audit',
};

/** `publisher of orders in prod, may reveal secrets` */
export function describeGrant({ role, services, environments, permissions }: Grant): string {
  const of = services.length === 0 ? '' : ` of ${services.join(', ')}`;
  const where = environments.length === 0 ? '' : ` in ${environments.join(', ')}`;
  const extra = permissions.map((permission) => `, ${PERMISSION_WORDS[permission]}`).join('');
  return `${role}${of}${where}${extra}`;
}
