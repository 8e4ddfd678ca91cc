import { expect, it } from 'vitest';
import { readApprovalsFilter } from './approvals-filter.js';

it.each([
  [{}, {}],
  [{ state: 'pending' }, {}],
  [
    { state: 'all', service: 'orders', environment: 'prod' },
    { state: 'all', service: 'orders', environment: 'prod' },
  ],
  // the router reads a name of digits as a number
  [{ service: 7 }, { service: '7' }],
  [{ state: 'constructor', service: 'No Name', environment: { a: 1 } }, {}],
])('%j in an address means %j', (search, expected) => {
  expect(readApprovalsFilter(search)).toEqual(expected);
});
