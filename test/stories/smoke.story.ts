import { afterAll, beforeAll, expect, it } from 'vitest';
import { startPlane, type Plane } from '../harness/start-plane.js';
let plane: Plane;
beforeAll(async () => {
  const t = performance.now();
  plane = await startPlane({ apis: 2, workers: 1 });
  console.log('start', performance.now() - t);
});
afterAll(async () => {
  const t = performance.now();
  await plane.stop();
  console.log('stop', performance.now() - t);
});
it('works', async () => {
  const r = await plane.request().get('/services');
  expect(r.body).toEqual({ items: [], nextCursor: null });
});
