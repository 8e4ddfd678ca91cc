import { expect, it } from 'vitest';
import { readOpenInstances } from './instances-filter';

it.each([
  [{}, {}],
  [{ instances: 'prod' }, { instances: 'prod' }],
  [
    { instances: 'prod', show: 'rejected' },
    { instances: 'prod', show: 'rejected' },
  ],
  [{ instances: 'prod', show: 'all' }, { instances: 'prod' }],
  [{ instances: 'prod', show: 'nonsense' }, { instances: 'prod' }],
  [{ instances: 7, show: 'stale' }, {}],
  [{ show: 'stale' }, {}],
])('reads %j as %j', (search, open) => {
  expect(readOpenInstances(search)).toEqual(open);
});
