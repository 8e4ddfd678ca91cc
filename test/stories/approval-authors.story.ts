import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Browser } from '../harness/browser.js';
import { isOwnChange, type Outcome, ProtectedShop } from '../harness/protected-shop.js';
import { register } from '../harness/request.js';

const FIRST = { email: 'dora@example.org', password: 'the keeper of this harbour' };
const SECOND = { email: 'dora.too@example.org', password: 'the keeper of that harbour' };
let shop: ProtectedShop;

beforeAll(async () => {
  shop = await ProtectedShop.start({
    BINNACLE_FIRST_ADMIN_EMAIL: FIRST.email,
    BINNACLE_FIRST_ADMIN_PASSWORD: FIRST.password,
  });
});
afterAll(() => shop.stop());

/** A service of its own for each story, with what prod has of it approved. */
async function released(service: string, content: object): Promise<void> {
  await register(shop.as('carol'), service);
  const outcomes = await shop.publish('carol', 'base', content, { service });
  const id = outcomes.get(`${service}/prod`)?.approval ?? '';
  await shop.decide('bob', id, 'approve').expect(200);
}

async function asks(name: string, service: string, layer: string, content: object): Promise<string> {
  const outcome = (await shop.publish(name, layer, content, { service })).get(`${service}/prod`);
  expect(outcome).toMatchObject({ state: 'awaiting_approval' });
  return outcome?.approval ?? '';
}

const version = async (service: string, layer: string): Promise<number> => {
  const { body } = await shop.as('viewer').get(`/services/${service}/documents/${layer}`).expect(200);
  return (body as { version: number }).version;
};

const rollback = (name: string, service: string, layer: string, to: number) =>
  shop
    .as(name)
    .post(`/services/${service}/documents/${layer}/rollback`)
    .set('if-match', '*')
    .send({ to })
    .expect(201);

describe('nobody approves', () => {
  it('what the token wrote that his takes the place of', async () => {
    await released('pipeline', { number: 1 });
    const root = shop.plane.request();
    const made = await root.post('/tokens').send({ name: 'pipeline', role: 'publisher' }).expect(201);
    const { id: old, token } = made.body as { id: string; token: string };
    const path = '/services/pipeline/documents/prod/versions';
    const content = { number: 2 };
    const { body } = await shop.plane.request(0, token).post(path).send({ content }).expect(201);
    const [outcome] = (body as { revisions: Outcome[] }).revisions;
    const approve = `/approvals/${outcome?.approval ?? ''}/approve`;
    let newest = old;
    for (let times = 0; times < 2; times++) {
      const rotated = await root.post(`/tokens/${newest}/rotate`).send({}).expect(201);
      const next = rotated.body as { id: string; token: string; identity: string };
      expect(next.identity).toBe(`token:${next.id}`);
      await shop.plane.request(1, next.token).post(approve).send({}).expect(isOwnChange);
      newest = next.id;
    }
    await shop.decide('bob', outcome?.approval ?? '', 'approve').expect(200);
  });

  it('a secret of his that somebody else refers to', async () => {
    await released('vault', { number: 1 });
    const secret = '/services/vault/environments/prod/secrets/db';
    await shop.as('ann').put(secret).send({ value: 'the value of ann' }).expect(200);
    const id = await asks('carol', 'vault', 'prod', { password: { $secret: 'db' } });
    await shop.decide('ann', id, 'approve').expect(isOwnChange);
    await shop.decide('carol', id, 'approve').expect(isOwnChange);
    await shop.decide('bob', id, 'approve').expect(200);
  });

  it('a value of his that was hidden, and that somebody else uncovers', async () => {
    await released('masked', { limit: 1 });
    const masking = await asks('carol', 'masked', 'prod', { limit: 2 });
    await shop.decide('bob', masking, 'approve').expect(200);
    const hidden = await shop.publish('ann', 'base', { limit: 9_999 }, { service: 'masked' });
    expect([...hidden.keys()]).not.toContain('masked/prod');
    const id = await asks('carol', 'masked', 'prod', {});
    await shop.decide('ann', id, 'approve').expect(isOwnChange);
    await shop.decide('bob', id, 'approve').expect(200);
    const next = await asks('carol', 'masked', 'prod', { more: true });
    await shop.decide('ann', next, 'approve').expect(200);
  });

  it('a value of his that somebody else hid for a moment', async () => {
    await released('moment', { limit: 1 });
    await asks('ann', 'moment', 'base', { limit: 9_999 });
    const hiding = await shop.publish('carol', 'prod', { limit: 1 }, { service: 'moment' });
    expect(hiding.get('moment/prod')).toMatchObject({ state: 'released' });
    const id = await asks('carol', 'moment', 'prod', {});
    await shop.decide('ann', id, 'approve').expect(isOwnChange);
    await shop.decide('bob', id, 'approve').expect(200);
  });

  it('what he wrote before anything was released', async () => {
    await register(shop.as('carol'), 'fresh');
    await asks('ann', 'fresh', 'base', { limit: 1 });
    const id = await asks('carol', 'fresh', 'prod', { more: true });
    await shop.decide('ann', id, 'approve').expect(isOwnChange);
    await shop.decide('bob', id, 'approve').expect(200);
  });

  it('what he wrote in a service that is included', async () => {
    const service = 'including';
    await register(shop.as('carol'), 'lent', { kind: 'shared' });
    await shop.publish('ann', 'base', { shared: 1 }, { service: 'lent' });
    await released(service, { number: 1 });
    await shop
      .as('carol')
      .patch(`/services/${service}`)
      .send({ includes: ['lent'] })
      .expect(200);
    const { body } = await shop.as('bob').get(`/approvals?state=pending&service=${service}`).expect(200);
    const [waiting] = (body as { items: { id: string }[] }).items;
    await shop.decide('ann', waiting?.id ?? '', 'approve').expect(isOwnChange);
    await shop.decide('bob', waiting?.id ?? '', 'approve').expect(200);
  });

  it('a roll back that he made, or one to a text of his that nobody has seen', async () => {
    await released('back', { number: 1 });
    const first = await version('back', 'base');
    const refused = await asks('ann', 'back', 'base', { number: 2 });
    await shop.decide('bob', refused, 'reject').expect(200);
    const unseen = await version('back', 'base');
    await rollback('carol', 'back', 'base', first);
    const { body } = await rollback('carol', 'back', 'base', unseen);
    const prod = (body as { revisions: Outcome[] }).revisions.find(
      ({ environment }) => environment === 'prod',
    );
    for (const name of ['ann', 'carol'])
      await shop.decide(name, prod?.approval ?? '', 'approve').expect(isOwnChange);
    // All the way back: nothing of it waits, and it concerns no later change.
    await rollback('carol', 'back', 'base', first);
    const id = await asks('carol', 'back', 'base', { number: 4 });
    await shop.decide('ann', id, 'approve').expect(200);
  });

  it('a text of his that came back after an approval of another one, though nobody has seen it', async () => {
    await released('returns', { number: 1 });
    const refused = await asks('ann', 'returns', 'base', { number: 2 });
    await shop.decide('bob', refused, 'reject').expect(200);
    const unseen = await version('returns', 'base');
    const seen = await asks('carol', 'returns', 'base', { number: 3 });
    await shop.decide('bob', seen, 'approve').expect(200);
    const { body } = await rollback('carol', 'returns', 'base', unseen);
    const back = (body as { revisions: Outcome[] }).revisions.find((made) => made.environment === 'prod');
    for (const name of ['ann', 'carol'])
      await shop.decide(name, back?.approval ?? '', 'approve').expect(isOwnChange);
    await shop.decide('bob', back?.approval ?? '', 'reject').expect(200);
    // The same text as a file: whichever way it comes.
    await rollback('carol', 'returns', 'base', unseen + 1);
    const file = { path: 'services/returns/base.json', content: '{"number": 2}' };
    const imported = await shop
      .as('carol')
      .post('/import')
      .send({ files: [file] })
      .expect(200);
    const made = (imported.body as { revisions: Outcome[] }).revisions.find(
      ({ environment }) => environment === 'prod',
    );
    await shop.decide('ann', made?.approval ?? '', 'approve').expect(isOwnChange);
    await shop.decide('bob', made?.approval ?? '', 'approve').expect(200);
    // Seen by now: who wrote it first may look at its next return.
    const next = await asks('bob', 'returns', 'base', { number: 3 });
    await shop.decide('carol', next, 'approve').expect(200);
    const last = await asks('carol', 'returns', 'base', { number: 2 });
    await shop.decide('ann', last, 'approve').expect(200);
  });

  it('what he wrote in another environment, when somebody else promotes it', async () => {
    await released('promoted', { limit: 1, other: 1 });
    await shop.publish('bob', 'dev', { other: 2 }, { service: 'promoted' });
    await shop.publish('ann', 'dev', { limit: 9_999, other: 2 }, { service: 'promoted' });
    const promote = async (pointers: string[]) => {
      const { body } = await shop
        .as('carol')
        .post('/services/promoted/environments/prod/promote')
        .send({ from: 'dev', pointers })
        .expect(201);
      const [made] = (body as { revisions: Outcome[] }).revisions;
      return made?.approval ?? '';
    };
    const others = await promote(['/other']);
    await shop.decide('bob', others, 'approve').expect(isOwnChange);
    await shop.decide('carol', others, 'approve').expect(isOwnChange);
    await shop.decide('ann', others, 'approve').expect(200);
    const id = await promote(['/limit']);
    await shop.decide('ann', id, 'approve').expect(isOwnChange);
    await shop.decide('bob', id, 'approve').expect(200);
    const { body: audit } = await shop.as('bob').get('/audit?action=document.promote&limit=1').expect(200);
    expect((audit as { items: { detail: object }[] }).items[0]?.detail).toMatchObject({
      contributors: [expect.stringMatching(/^token:/)],
    });
  });

  it('what he wrote in a session, by a token that he made; whoever else belongs there may', async () => {
    const dora = new Browser(shop.plane.api(0).url);
    await dora.signIn(FIRST.email, FIRST.password);
    const invited = await dora
      .post('/invitations')
      .send({ email: SECOND.email, grants: [{ role: 'admin' }] })
      .expect(201);
    const { token } = invited.body as { token: string };
    const second = new Browser(shop.plane.api(1).url);
    const { password } = SECOND;
    await second.post('/invitations/accept').send({ token, name: 'Dora', password }).expect(200);
    await second.signIn(SECOND.email, password);
    const { body } = await dora
      .post('/services/shop/documents/prod/versions')
      .send({ content: { number: 2 } })
      .expect(201);
    const [outcome] = (body as { revisions: Outcome[] }).revisions;
    const approve = `/approvals/${outcome?.approval ?? ''}/approve`;
    await dora.post(approve).send({}).expect(isOwnChange);
    const made = await dora.post('/tokens').send({ name: 'dora', role: 'publisher' }).expect(201);
    const own = shop.plane.request(0, (made.body as { token: string }).token);
    await own.post(approve).send({}).expect(isOwnChange);
    await second.post(approve).send({}).expect(200);
  });
});
