import { expect, it } from 'vitest';
import { stillPublished, stillSet } from './approval.view.js';

it('names what still is as it was rejected: documents by their versions', () => {
  const rejected = { 'shop/base': 3, 'shop/prod': 2, 'common/base': 1 };
  expect(stillPublished({ 'shop/base': 2, 'common/base': 1 }, rejected)).toEqual([
    { service: 'shop', layer: 'base', version: 3, released: 2 },
    { service: 'shop', layer: 'prod', version: 2, released: null },
  ]);
});

it('and secrets that agents have in another version, but not those that they do not have', () => {
  expect(stillSet({ db: 1, mail: 4, gone: 2 }, { mail: 4, db: 2, fresh: 1 })).toEqual([
    { name: 'db', version: 2, released: 1 },
  ]);
});
