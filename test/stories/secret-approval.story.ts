import { afterAll, beforeAll, expect, it } from 'vitest';
import { isOwnChange, ProtectedShop, SHOP_CONFIG } from '../harness/protected-shop.js';
import { isProblem } from '../harness/request.js';

const SECRET = '/services/shop/environments/prod/secrets/db';
const content = { password: { $secret: 'db' } };
let shop: ProtectedShop;

beforeAll(async () => {
  shop = await ProtectedShop.start();
});
afterAll(() => shop.stop());

/** What waits for prod. */
async function waiting(): Promise<{ id: string; revision: number }> {
  const { body } = await shop.as('bob').get('/approvals?state=pending&environment=prod').expect(200);
  const { items } = body as { items: { id: string; revision: number }[] };
  expect(items).toHaveLength(1);
  return items[0] ?? { id: '', revision: 0 };
}

it('a config that refers to a secret which does not exist is refused', async () => {
  const { body } = await shop
    .as('ann')
    .post('/services/shop/documents/prod/versions')
    .send({ content })
    .expect(isProblem(422, 'invalid_content'));
  expect(body).toMatchObject({
    errors: [
      {
        pointer: '/content/password',
        environment: 'prod',
        message: expect.stringContaining('does not exist'),
      },
    ],
  });
});

it('a reference to a secret waits as every change does', async () => {
  await shop.as('ann').put(SECRET).send({ value: 'first value' }).expect(200);
  const outcome = (await shop.publish('ann', 'prod', content)).get('shop/prod');
  expect(outcome).toMatchObject({ state: 'awaiting_approval' });
  const { body } = await shop
    .as('bob')
    .get(`/approvals/${outcome?.approval ?? ''}`)
    .expect(200);
  expect(body).toMatchObject({ secretChanges: [{ name: 'db', from: null, to: 1 }] });
  await shop.decide('bob', outcome?.approval ?? '', 'approve').expect(200);
  await shop.bothRun(outcome?.revision ?? 0);
});

it('a new value is a change that waits, though the content is the same', async () => {
  const live = shop.live;
  await shop.as('ann').put(SECRET).send({ value: 'second value' }).expect(200);
  const { id, revision } = await waiting();
  expect(revision).toBe(live + 1);
  await shop.isServed(live);
  const { body, text } = await shop.as('bob').get(`/approvals/${id}`).expect(200);
  expect(body).toMatchObject({
    changes: [],
    secretChanges: [{ name: 'db', from: 1, to: 2 }],
    message: expect.stringContaining('db'),
  });
  expect(text).not.toContain('value"');
  expect(text).not.toContain('second value');
  await shop.decide('ann', id, 'approve').expect(isOwnChange);
  await shop.decide('bob', id, 'approve').expect(200);
  await shop.bothRun(revision);
  const served = await shop.as('viewer').get(SHOP_CONFIG).expect(200);
  expect(served.body).toMatchObject({ revision, content });
});

it('a value on top of a change makes both wait for somebody else', async () => {
  await shop.publish('bob', 'prod', { ...content, more: true });
  await shop.as('ann').put(SECRET).send({ value: 'third value' }).expect(200);
  const { id, revision } = await waiting();
  for (const name of ['ann', 'bob']) await shop.decide(name, id, 'approve').expect(isOwnChange);
  await shop.decide('carol', id, 'approve').expect(200);
  await shop.bothRun(revision);
});

it('a value that was rejected is named with the rejection, as it comes with the next publish', async () => {
  const live = shop.live;
  await shop.as('ann').put(SECRET).send({ value: 'a leaked value' }).expect(200);
  const first = await waiting();
  const { body } = await shop.decide('bob', first.id, 'reject').expect(200);
  expect(body).toMatchObject({
    stillPublished: [],
    secrets: [{ name: 'db', version: 4, released: 3 }],
    hint: expect.stringContaining('put the old value again'),
  });
  expect(JSON.stringify(body)).not.toContain('leaked');
  await shop.publish('ann', 'prod', { ...content, more: 'again' });
  const second = await waiting();
  const { body: both } = await shop.decide('bob', second.id, 'reject').expect(200);
  expect(both).toMatchObject({
    stillPublished: [{ service: 'shop', layer: 'prod' }],
    secrets: [{ name: 'db', version: 4, released: 3 }],
    hint: expect.stringContaining('roll them back'),
  });
  await shop.isServed(live);
});
