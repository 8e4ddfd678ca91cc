import type { LeafOriginBody } from '@binnacle/contracts';
import { describe, expect, it } from 'vitest';
import { explainRows, valuesBelow } from './explain-rows';

const origin = (layer: string, hidden?: unknown): LeafOriginBody => ({
  layer,
  document: `orders/${layer}`,
  version: 1,
  hides:
    hidden === undefined
      ? []
      : [
          { layer: 'include:common', document: 'common/base', version: 1, value: 'lowest' },
          { layer: 'base', document: 'orders/base', version: 2, value: hidden },
        ],
});
const CONTENT = { pool: { min: 1, max: 9 }, tags: ['a'], empty: {} };
const ORIGINS = {
  '/pool/min': origin('base'),
  '/pool/max': origin('prod', 5),
  '/tags': origin('prod'),
  '/empty': origin('base'),
};

describe('explainRows', () => {
  it('lists every leaf below what holds it', () => {
    const rows = explainRows({ content: CONTENT, origins: ORIGINS, isClosed: () => false, search: '' });
    expect(rows.map(({ pointer, depth, leaf }) => [pointer, depth, leaf?.origin?.layer])).toEqual([
      ['/pool', 0, undefined],
      ['/pool/min', 1, 'base'],
      ['/pool/max', 1, 'prod'],
      ['/tags', 0, 'prod'],
      ['/empty', 0, 'base'],
    ]);
  });

  it('leaves out what is closed, and what does not match', () => {
    const closed = explainRows({ content: CONTENT, origins: ORIGINS, isClosed: () => true, search: '' });
    expect(closed.map(({ pointer }) => pointer)).toEqual(['/pool', '/tags', '/empty']);
    const found = explainRows({
      content: CONTENT,
      origins: ORIGINS,
      isClosed: () => true,
      search: 'orders/prod',
    });
    expect(found.map(({ pointer }) => pointer)).toEqual(['/pool', '/pool/max', '/tags']);
  });
});

describe('valuesBelow', () => {
  it('gives what would hold without the layer', () => {
    expect(valuesBelow(CONTENT, ORIGINS, 'prod')).toEqual({ pool: { min: 1, max: 5 }, empty: {} });
  });
});
