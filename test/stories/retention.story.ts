import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../harness/eventually.js';
import { publish, register } from '../harness/request.js';
import { type Plane, startPlane } from '../harness/start-plane.js';

let plane: Plane;

beforeAll(async () => {
  plane = await startPlane({
    workers: 2,
    environment: {
      BINNACLE_RETENTION_VERSIONS: '2',
      BINNACLE_RETENTION_DAYS: '0',
      BINNACLE_RETENTION_INTERVAL_MS: '300',
    },
  });
});
afterAll(() => plane.stop());

it('removes old history while people publish, and never what is live, tagged or referred to', async () => {
  const admin = plane.request();
  const versions = '/services/orders/documents/base/versions';
  await register(admin, 'orders');
  await publish(admin, 'orders', 'base', { turn: 1 });
  await admin.put('/services/orders/documents/base/tags/known-good').send({ version: 1 }).expect(200);
  for (let turn = 2; turn <= 8; turn++) await publish(admin, 'orders', 'base', { turn });
  const kept = await eventually(async () => {
    const { body } = await admin.get(versions).expect(200);
    const numbers = (body.items as { version: number }[]).map(({ version }) => version);
    expect(numbers).toEqual([8, 7, 1]);
    return numbers;
  });
  await admin.get(`${versions}/${kept.at(-1) ?? 0}`).expect(200);
  await admin.get(`${versions}/4`).expect(404);
  const revisions = await admin.get('/services/orders/environments/dev/revisions').expect(200);
  expect((revisions.body.items as { revision: number }[]).map(({ revision }) => revision)).toEqual([8, 7]);
  const config = await admin.get('/services/orders/environments/dev/config?explain=true').expect(200);
  expect(config.body).toMatchObject({ revision: 8, content: { turn: 8 } });
  const restored = await admin
    .post('/services/orders/documents/base/rollback')
    .set('if-match', '"8"')
    .send({ to: 1 })
    .expect(201);
  expect(restored.body.version).toBe(9);
});
