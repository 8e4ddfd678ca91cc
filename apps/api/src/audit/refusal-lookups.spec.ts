import { expect, it } from 'vitest';
import { RefusalLookups, type RefusedAct } from './refusal-lookups.js';

function act(address: string, route = '/services'): RefusedAct {
  return {
    method: 'GET',
    route,
    needs: 'services:read',
    code: 'unauthenticated',
    service: undefined,
    environment: undefined,
    address,
    requestId: 'r',
  };
}

it('has room for others however many credentials one address makes up', () => {
  const lookups = new RefusalLookups();
  const added = Array.from({ length: 1_000 }, (_, index) => lookups.add(`guess-${index}`, act('10.0.0.1')));
  expect(added.filter(Boolean)).toHaveLength(20);
  // Of IPv6 a whole /64 is one address.
  for (let index = 0; index < 100; index++)
    lookups.add(`six-${index}`, act(`2001:db8::${index.toString(16)}`));
  expect(lookups.add('old token', act('10.0.0.2'))).toBe(true);
  const taken = lookups.take();
  expect(taken).toHaveLength(41);
  expect(taken.at(-1)).toMatchObject({ secretHash: 'old token', count: 1 });
  expect(lookups.add('guess', act('10.0.0.1'))).toBe(true);
});

it('is bounded whatever many addresses send', () => {
  const lookups = new RefusalLookups();
  for (let index = 0; index < 1_000; index++) lookups.add(`guess-${index}`, act(`10.0.0.${index % 250}`));
  expect(lookups.take()).toHaveLength(200);
  expect(lookups.take()).toEqual([]);
});

it('counts the same one together, apart for each route and address', () => {
  const lookups = new RefusalLookups();
  for (let time = 0; time < 30; time++) {
    lookups.add('a', act('10.0.0.1'));
    lookups.add('a', act('10.0.0.1', '/tokens'));
    lookups.add('a', act('10.0.0.2'), 2);
  }
  expect(lookups.take().map(({ count }) => count)).toEqual([30, 30, 60]);
});
