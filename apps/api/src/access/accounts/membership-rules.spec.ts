import { type Grant, Problem } from '@binnacle/contracts';
import { expect, it } from 'vitest';
import { isFullAdmin, requireHeld } from './membership-rules.js';
import { readGrants } from './stored-grants.js';

const grant = (fields: Partial<Grant> = {}): Grant => ({
  role: 'admin',
  services: [],
  environments: [],
  permissions: [],
  ...fields,
});

it.each([
  [true, [grant()]],
  [true, [grant({ role: 'viewer' }), grant()]],
  [false, []],
  [false, [grant({ role: 'publisher' })]],
  [false, [grant({ services: ['shop'] })]],
  [false, [grant({ environments: ['dev'] }), grant({ environments: ['prod'] })]],
])('answers %s whether one administers the whole workspace by %j', (expected, grants) => {
  expect(isFullAdmin(grants)).toBe(expected);
});

it('lets nobody give more than he has, and points at what is too much', () => {
  const held = [grant({ role: 'publisher', services: ['shop'] })];
  requireHeld(held, [grant({ role: 'viewer', services: ['shop'] })]);
  requireHeld([grant()], [grant(), grant({ role: 'agent' })]);
  const given = [grant({ role: 'viewer', services: ['shop'] }), grant({ role: 'viewer' })];
  expect(() => requireHeld(held, given)).toThrow(Problem);
  try {
    requireHeld(held, given);
  } catch (error) {
    expect(error).toMatchObject({ code: 'forbidden', errors: [{ pointer: '/grants/1' }] });
  }
});

it.each([[undefined], [null], ['admin'], [[{ role: 'owner' }]], [[grant(), { role: 'admin', all: true }]]])(
  'takes %j, which it does not know, for nothing',
  (stored) => expect(readGrants(stored)).toEqual([]),
);
