import type { Grant } from '@binnacle/contracts';
import { expect, it } from 'vitest';
import { describeGrant } from './grant-words.js';

const grant = (fields: Partial<Grant>): Grant => ({
  role: 'viewer',
  services: [],
  environments: [],
  permissions: [],
  ...fields,
});

it.each([
  [grant({}), 'viewer'],
  [grant({ role: 'publisher', services: ['orders', 'cart'] }), 'publisher of orders, cart'],
  [
    grant({ role: 'editor', services: ['orders'], environments: ['prod'], permissions: ['secrets:reveal'] }),
    'editor of orders in prod, may reveal secrets',
  ],
])('%j reads as %s', (given, words) => {
  expect(describeGrant(given)).toBe(words);
});
