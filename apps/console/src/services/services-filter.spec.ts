import { expect, it } from 'vitest';
import { isFiltered, readServicesFilter } from './services-filter';

it.each([
  [{}, {}],
  [
    { search: ' pay ', kind: 'shared', owner: 'Team A', label: 'tier=1', archived: true },
    { search: 'pay', kind: 'shared', owner: 'Team A', label: 'tier=1', archived: true },
  ],
  // What the router makes of `?search=12` and `?search=true`.
  [{ search: 12 }, { search: '12' }],
  [{ search: true }, { search: 'true' }],
  [{ search: '  ', kind: 'service' }, { kind: 'service' }],
  [{ kind: 'lambda', label: 'tier', archived: 'yes', owner: null, more: 1 }, {}],
  [{ label: '=1' }, {}],
])('reads %j as %j', (search, filter) => {
  expect(readServicesFilter(search)).toEqual(filter);
});

it('keeps what is searched for within what the server takes', () => {
  expect(readServicesFilter({ search: 'x'.repeat(500) }).search).toHaveLength(200);
});

it('knows whether anything is left out', () => {
  expect(isFiltered({})).toBe(false);
  expect(isFiltered({ archived: true })).toBe(true);
});
