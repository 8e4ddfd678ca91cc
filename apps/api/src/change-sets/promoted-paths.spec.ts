import { expect, test } from 'vitest';
import { pathsIn } from './promoted-paths.js';

const of = (...paths: string[]) => pathsIn(paths.map((path) => ({ path })));

test('leads to what is changed, and to arrays as a whole', () => {
  expect(of('/a~1b/c', '/pool/hosts/3/name', '/pool/hosts/-', '/pool/max')).toEqual([
    ['a/b', 'c'],
    ['pool', 'hosts'],
    ['pool', 'max'],
  ]);
  expect(of('/pool/3', '/pool/max')).toEqual([['pool']]);
  expect(of('')).toEqual([[]]);
  expect(of()).toEqual([]);
});

test('many become what they have in common', () => {
  const many = Array.from({ length: 300 }, (_, index) => `/pools/p${index}/max`);
  expect(of(...many, '/limit')).toEqual([['pools'], ['limit']]);
  expect(of(...many.map((path) => path.slice('/pools'.length)))).toEqual([[]]);
});
