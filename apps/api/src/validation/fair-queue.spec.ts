import { expect, it } from 'vitest';
import { FairQueue } from './fair-queue.js';

function drained(queue: FairQueue<string>): string[] {
  const items: string[] = [];
  for (let item = queue.shift(); item !== undefined; item = queue.shift()) items.push(item);
  return items;
}

it('serves the lines in turn, each in order', () => {
  const queue = new FairQueue<string>(100, 50);
  for (const item of ['a1', 'a2', 'a3', 'a4', 'b1', 'c1', 'c2']) queue.push(item[0] ?? '', item);
  expect(drained(queue)).toEqual(['a1', 'b1', 'c1', 'a2', 'c2', 'a3', 'a4']);
  expect(queue.push('a', 'a5')).toBeUndefined();
  expect(drained(queue)).toEqual(['a5']);
});

it('lets who comes again and again wait for all others', () => {
  const queue = new FairQueue<string>(100, 50);
  for (const item of ['a1', 'b1', 'b2']) queue.push(item[0] ?? '', item);
  expect(queue.shift()).toBe('a1');
  queue.push('a', 'a2');
  expect(queue.shift()).toBe('b1');
  queue.push('c', 'c1');
  expect(drained(queue)).toEqual(['a2', 'b2', 'c1']);
});

it('has no room in a line beyond its bound, and room in others', () => {
  const queue = new FairQueue<string>(100, 2);
  expect(queue.push('a', 'a1')).toBeUndefined();
  expect(queue.push('a', 'a2')).toBeUndefined();
  expect(queue.push('a', 'a3')).toBe('a3');
  expect(queue.push('b', 'b1')).toBeUndefined();
  expect(drained(queue)).toEqual(['a1', 'b1', 'a2']);
});

it('when it is full, takes from the longest line what a shorter one asks for, and never goes beyond its bound', () => {
  const queue = new FairQueue<string>(5, 4);
  for (const item of ['a1', 'a2', 'a3', 'a4', 'b1']) expect(queue.push(item[0] ?? '', item)).toBeUndefined();
  expect(queue.push('c', 'c1')).toBe('a4');
  expect(queue.push('b', 'b2')).toBe('a3');
  // There is nobody who has more: it is its own that does not fit.
  expect(queue.push('b', 'b3')).toBe('b3');
  expect(queue.push('a', 'a5')).toBe('a5');
  expect(drained(queue)).toEqual(['a1', 'b1', 'c1', 'a2', 'b2']);
});

it('refuses whoever comes when every line holds but one', () => {
  const queue = new FairQueue<string>(3, 2);
  for (const key of ['a', 'b', 'c']) queue.push(key, key);
  expect(queue.push('d', 'd')).toBe('d');
});
