import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { EditorStore } from './editor-store.js';

let redis: Redis;

beforeAll(() => {
  redis = new Redis(inject('redisUrl'));
});
afterAll(() => redis.disconnect());

const documentOf = (workspaceId: string = randomUUID()) => ({
  workspaceId,
  service: 'orders',
  layer: 'base',
});
const ann = { id: 'a1', name: 'user:ann@example.org', sinceMs: 1_000 };
const ben = { id: 'b1', name: 'user:ben@example.org', sinceMs: 2_000 };

it('answers who edits a document, in the order in which they came', async () => {
  const [one, other] = [new EditorStore(redis, 10_000), new EditorStore(redis, 10_000)];
  const document = documentOf();
  expect(await one.update(document, [ben])).toEqual([ben]);
  expect(await other.update(document, [ann])).toEqual([ann, ben]);
  expect(await one.update(document)).toEqual([ann, ben]);
  expect(await other.update(document, [], [ann])).toEqual([ben]);
});

it('keeps documents and workspaces apart', async () => {
  const store = new EditorStore(redis, 10_000);
  const document = documentOf();
  await store.update(document, [ann]);
  expect(await store.update({ ...document, layer: 'prod' })).toEqual([]);
  expect(await store.update(documentOf())).toEqual([]);
});

it('drops who is not confirmed in time, and leaves nothing behind', async () => {
  const store = new EditorStore(redis, 100);
  const document = documentOf();
  await store.update(document, [ann]);
  await expect.poll(() => store.update(document)).toEqual([]);
  await expect.poll(() => redis.keys(`*${document.workspaceId}*`)).toEqual([]);
});

it('bounds what it answers', async () => {
  const store = new EditorStore(redis, 10_000);
  const document = documentOf();
  const many = Array.from({ length: 300 }, (_, index) => ({ ...ann, id: `a${index}`, sinceMs: index }));
  expect(await store.update(document, many)).toHaveLength(200);
});
