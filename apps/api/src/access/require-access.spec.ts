import type { FastifyRequest } from 'fastify';
import type { Grant } from '@binnacle/contracts';
import { expect, it } from 'vitest';
import type { Principal } from './principal.js';
import { requireAccess } from './require-access.js';

const request = {
  method: 'POST',
  routeOptions: { url: '/api/v1/tokens' },
  params: {},
  query: {},
} as unknown as FastifyRequest;

function principal(...roles: Grant['role'][]): Principal {
  return {
    via: 'token',
    credentialId: 't',
    workspaceId: 'default',
    name: 'token:ci',
    identity: 'token:t',
    isOperator: false,
    grants: roles.map((role) => ({ role, services: [], environments: [], permissions: [] })),
    expiresAtMs: null,
  };
}

it.each([
  [[], 'This needs tokens:write, and you have no role here.'],
  [['viewer'], 'This needs tokens:write, which the role viewer does not include.'],
  [['viewer', 'viewer'], 'This needs tokens:write, which the role viewer does not include.'],
  [['publisher', 'viewer'], 'This needs tokens:write, which the roles publisher, viewer do not include.'],
] as const)('says what the roles of a caller lack (%#)', (roles, expected) => {
  expect(() => requireAccess(request, principal(...roles))).toThrow(expected);
});

it('lets pass who has it by one role of several', () => {
  expect(() => requireAccess(request, principal('viewer', 'admin'))).not.toThrow();
});
