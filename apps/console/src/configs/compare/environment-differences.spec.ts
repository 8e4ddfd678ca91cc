import { describe, expect, it } from 'vitest';
import { differencesBetween } from './environment-differences';

describe('differencesBetween', () => {
  it('goes into objects that both have, and takes the rest as one', () => {
    const here = { content: { pool: { min: 1, max: 5 }, tags: ['a', 'b'], old: 1, 'a/b': {} } };
    const origins = { '/pool/max': { layer: 'staging', document: 'orders/staging', version: 3, hides: [] } };
    const there = { content: { pool: { min: 1, max: 9 }, tags: ['b'], 'a/b': {}, fresh: { x: 1 } }, origins };
    expect(differencesBetween(here, there)).toEqual([
      { pointer: '/pool/max', here: 5, there: 9, hereOrigin: undefined, thereOrigin: origins['/pool/max'] },
      { pointer: '/tags', here: ['a', 'b'], there: ['b'], hereOrigin: undefined, thereOrigin: undefined },
      { pointer: '/old', here: 1, hereOrigin: undefined, thereOrigin: undefined },
      { pointer: '/fresh', there: { x: 1 }, hereOrigin: undefined, thereOrigin: undefined },
    ]);
  });

  it('finds everything new where nothing is released yet, and nothing between equals', () => {
    expect(differencesBetween(undefined, { content: { a: 1 } }).map(({ pointer }) => pointer)).toEqual([
      '/a',
    ]);
    expect(differencesBetween({ content: { a: [1] } }, { content: { a: [1] } })).toEqual([]);
  });
});
