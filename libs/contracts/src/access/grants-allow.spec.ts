import { describe, expect, it } from 'vitest';
import { grantedEnvironments, grantedServices, grantsAllow, grantsInclude, mayGive } from './grants-allow.js';
import type { Grant } from './grant.js';

const grant = (role: Grant['role'], scope: Partial<Omit<Grant, 'role'>> = {}): Grant => ({
  role,
  services: [],
  environments: [],
  permissions: [],
  ...scope,
});
const at = (service?: string, environment?: string) => ({ service, environment });

describe('grantsAllow', () => {
  const shopInDev = grant('publisher', { services: ['shop'], environments: ['dev'] });
  it.each([
    ['inside of its part', [shopInDev], 'config:publish', at('shop', 'dev'), true],
    ['in another environment', [shopInDev], 'config:publish', at('shop', 'prod'), false],
    ['on another service', [shopInDev], 'config:publish', at('till', 'dev'), false],
    ['on what all environments share', [shopInDev], 'config:publish', at('shop'), false],
    ['reading what all environments share', [shopInDev], 'config:read', at('shop'), true],
    ['reading another service', [shopInDev], 'config:read', at('till'), false],
    ['a permission that the role has not', [shopInDev], 'tokens:write', at('shop', 'dev'), false],
    ['no grant at all', [], 'config:read', at(), false],
    [
      'a role here and a place there do not add up',
      [grant('publisher', { services: ['shop'] }), grant('viewer', { services: ['till'] })],
      'config:publish',
      at('till', 'dev'),
      false,
    ],
    [
      'one of several',
      [grant('viewer'), grant('publisher', { environments: ['dev'] })],
      'config:publish',
      at('till', 'dev'),
      true,
    ],
    [
      'a permission beyond the role, in its part',
      [grant('viewer', { services: ['shop'], permissions: ['secrets:reveal'] })],
      'secrets:reveal',
      at('shop', 'prod'),
      true,
    ],
    [
      'a permission beyond the role, elsewhere',
      [grant('viewer', { services: ['shop'], permissions: ['secrets:reveal'] })],
      'secrets:reveal',
      at('till', 'prod'),
      false,
    ],
    ['what agents are told', [grant('admin')], 'secrets:deliver', at('shop', 'dev'), false],
  ] as const)('%s', (_name, grants, permission, touched, expected) => {
    expect(grantsAllow(grants, permission, touched)).toBe(expected);
  });
});

it('tells whether a permission is held anywhere', () => {
  expect(grantsInclude([grant('editor', { services: ['shop'] })], 'schemas:write')).toBe(true);
  expect(grantsInclude([grant('editor', { services: ['shop'] })], 'config:publish')).toBe(false);
});

describe('what a list is narrowed to', () => {
  const held = [
    grant('viewer', { services: ['shop'], environments: ['dev'] }),
    grant('viewer', { services: ['till'], environments: ['prod'] }),
    grant('agent', { services: ['depot'] }),
  ];

  it('is the names of every grant that has the permission', () => {
    expect(grantedServices(held, 'services:read')).toEqual(new Set(['shop', 'till']));
    expect(grantedServices(held, 'services:read', 'prod')).toEqual(new Set(['till']));
    expect(grantedEnvironments(held, 'services:read')).toEqual(new Set(['dev', 'prod']));
    expect(grantedEnvironments(held, 'services:read', 'shop')).toEqual(new Set(['dev']));
  });

  it('is everything for one grant without names, and nothing for none', () => {
    expect(grantedServices([...held, grant('viewer')], 'services:read')).toBe('all');
    expect(grantedServices(held, 'tokens:write')).toEqual(new Set());
    expect(grantedEnvironments(held, 'config:read')).toBe('all');
  });
});

describe('mayGive', () => {
  const team = grant('admin', { services: ['shop', 'till'] });
  it.each([
    ['an administrator gives every role', [grant('admin')], grant('agent'), true],
    [
      'an administrator gives what is beyond a role',
      [grant('admin')],
      grant('viewer', { permissions: ['secrets:reveal'] }),
      true,
    ],
    ['one of a part gives inside of it', [team], grant('publisher', { services: ['shop'] }), true],
    ['one of a part does not give all', [team], grant('viewer'), false],
    ['one of a part does not give another', [team], grant('viewer', { services: ['shop', 'depot'] }), false],
    ['nobody gives a role above his own', [grant('editor')], grant('publisher'), false],
    [
      'nobody gives a permission that he has not',
      [grant('publisher')],
      grant('viewer', { permissions: ['secrets:reveal'] }),
      false,
    ],
    [
      'whoever has it gives it',
      [grant('publisher')],
      grant('viewer', { permissions: ['breakers:force'] }),
      true,
    ],
    [
      'a part of environments is kept',
      [grant('publisher', { environments: ['dev'] })],
      grant('viewer', { services: ['shop'] }),
      false,
    ],
  ] as const)('%s', (_name, grants, given, expected) => {
    expect(mayGive(grants, given)).toBe(expected);
  });
});
