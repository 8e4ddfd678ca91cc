import { expect, it } from 'vitest';
import { KnownNames } from './known-names.js';

it('looks for what it did not find a moment ago, in this workspace, and for nothing else', async () => {
  let nowMs = 0;
  const there = new Set(['orders', 'billing']);
  const looked: string[][] = [];
  const names = new KnownNames(1_000, () => nowMs);
  const among = async (workspaceId: string, ...asked: string[]) => {
    const look = async (unknown: readonly string[]) => {
      looked.push([...unknown]);
      return unknown.filter((name) => there.has(name));
    };
    const known = await names.among(workspaceId, asked, look);
    return asked.filter((name) => known.has(name));
  };
  expect(await among('harbour', 'orders', 'orders', 'nobody')).toEqual(['orders', 'orders']);
  expect(await among('harbour', 'orders')).toEqual(['orders']);
  there.add('nobody');
  expect(await among('harbour', 'orders', 'nobody', 'billing')).toEqual(['orders', 'nobody', 'billing']);
  expect(await among('other', 'orders')).toEqual(['orders']);
  expect(looked).toEqual([['orders', 'nobody'], ['nobody', 'billing'], ['orders']]);
  there.clear();
  nowMs = 1_001;
  expect(await among('harbour', 'orders')).toEqual([]);
});
