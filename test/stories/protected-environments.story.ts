import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Browser } from '../harness/browser.js';
import { eventually } from '../harness/eventually.js';
import {
  isDecided,
  isForbidden,
  isOwnChange,
  type Outcome,
  ProtectedShop,
  SHOP_CONFIG,
} from '../harness/protected-shop.js';
import { createToken, isProblem } from '../harness/request.js';

const PERSON = { email: 'dora@example.org', password: 'the keeper of this harbour' };
let shop: ProtectedShop;

beforeAll(async () => {
  shop = await ProtectedShop.start({
    BINNACLE_FIRST_ADMIN_EMAIL: PERSON.email,
    BINNACLE_FIRST_ADMIN_PASSWORD: PERSON.password,
  });
});
afterAll(() => shop.stop());

describe('a publish that touches a protected environment', () => {
  let approval: string;

  it('is released where nothing is protected, and waits where something is', async () => {
    const before = (await shop.as('viewer').get(SHOP_CONFIG)).headers['etag'] ?? '';
    const outcomes = await shop.publish('ann', 'base', { number: 2, added: true });
    expect(outcomes.get('shop/dev')).toMatchObject({ state: 'released', revision: 2 });
    expect(outcomes.get('shop/dev')).not.toHaveProperty('approval');
    expect(outcomes.get('shop/prod')).toMatchObject({ state: 'awaiting_approval', revision: 2 });
    approval = outcomes.get('shop/prod')?.approval ?? '';
    await eventually(() => expect(shop.devAgent.have?.revision).toBe(2));
    await shop.isServed(1);
    await shop.as('viewer').get(SHOP_CONFIG).set('if-none-match', before).expect(304);
    await shop.as('viewer', 1).get(`${SHOP_CONFIG}?wait=1`).set('if-none-match', before).expect(304);
    expect(shop.agents.map(({ have }) => have?.revision)).toEqual([1, 1]);
  });

  it('is not explained before it is released', async () => {
    const { body } = await shop.as('viewer').get(`${SHOP_CONFIG}?explain=true`).expect(200);
    expect(body).toMatchObject({ revision: 1, content: { number: 1 }, layers: { '/number': 'base' } });
    expect((body as { layers: object }).layers).not.toHaveProperty('/added');
    const { body: list } = await shop
      .as('viewer')
      .get('/services/shop/environments/prod/revisions')
      .expect(200);
    expect((list as { items: object[] }).items).toMatchObject([
      { revision: 2, state: 'awaiting_approval' },
      { revision: 1, state: 'released' },
    ]);
  });

  it('shows what it would change to who may read it', async () => {
    const { body } = await shop.as('viewer').get(`/approvals/${approval}`).expect(200);
    expect(body).toMatchObject({
      id: approval,
      service: 'shop',
      environment: 'prod',
      revision: 2,
      state: 'pending',
      decidedBy: null,
      from: { revision: 1 },
      to: { revision: 2 },
      changes: [
        { op: 'add', path: '/added', value: true },
        { op: 'replace', path: '/number', value: 2 },
      ],
      described: [
        { kind: 'added', pointer: '/added', after: true },
        { kind: 'changed', pointer: '/number', before: 1, after: 2 },
      ],
      changesTruncated: false,
      secretChanges: [],
    });
    const { body: list } = await shop
      .as('viewer')
      .get('/approvals?state=pending&environment=prod')
      .expect(200);
    expect((list as { items: object[] }).items).toMatchObject([{ id: approval }]);
    const narrow = async (scope: object) => {
      const { token } = await createToken(shop.plane.request(), 'viewer', scope);
      const listed = await shop.plane.request(0, token).get('/approvals').expect(200);
      const read = await shop.plane.request(0, token).get(`/approvals/${approval}`);
      return [(listed.body as { items: object[] }).items.length, read.status];
    };
    expect(await narrow({ services: ['common'] })).toEqual([0, 403]);
    expect(await narrow({ environments: ['dev'] })).toEqual([0, 403]);
    expect(await narrow({ services: ['shop'], environments: ['prod'] })).toEqual([1, 200]);
  });

  it('is approved by nobody who may not publish there', async () => {
    await shop.decide('viewer', approval, 'approve').expect(isForbidden);
    for (const scope of [{ environments: ['dev'] }, { services: ['common'] }]) {
      const { token } = await createToken(shop.plane.request(), 'publisher', scope);
      for (const how of ['approve', 'reject', 'emergency'])
        await shop.plane
          .request(0, token)
          .post(`/approvals/${approval}/${how}`)
          .send(how === 'approve' ? {} : { reason: 'because' })
          .expect(isForbidden);
    }
    const unknown = '01900000-0000-7000-8000-000000000000';
    await shop.decide('bob', unknown, 'approve').expect(isProblem(404, 'not_found'));
    await shop.decide('bob', 'no-id', 'approve').expect(isProblem(404, 'not_found'));
    await shop
      .as('bob')
      .post(`/approvals/${approval}/reject`)
      .send({})
      .expect(isProblem(400, 'invalid_request'));
    await shop
      .as('bob')
      .post(`/approvals/${approval}/emergency`)
      .send({ reason: '  ' })
      .expect(isProblem(400, 'invalid_request'));
  });

  it('is not approved by its author, also with another token of his', async () => {
    const response = await shop.decide('ann', approval, 'approve').expect(isOwnChange);
    expect((response.body as { detail: string }).detail).toContain('another person');
    const child = await createToken(shop.as('ann'), 'admin');
    const grandchild = await createToken(shop.plane.request(0, child.token), 'publisher');
    for (const { token } of [child, grandchild])
      await shop.plane.request(1, token).post(`/approvals/${approval}/approve`).send({}).expect(isOwnChange);
    expect(await shop.stateOf(approval)).toBe('pending');
    await shop.isServed(1);
  });

  it('reaches the agents of every process once another one approves it', async () => {
    const { body } = await shop.decide('bob', approval, 'approve', 1).send({ comment: 'fine' }).expect(200);
    expect(body).toMatchObject({ state: 'approved', revision: 2, comment: 'fine' });
    await shop.bothRun(2);
    await shop.isServed(2);
    for (const how of ['approve', 'reject', 'emergency'] as const)
      await shop.decide('carol', approval, how).expect(isDecided);
    const explained = await shop.as('viewer').get(`${SHOP_CONFIG}?explain=true`).expect(200);
    expect(explained.body).toMatchObject({ revision: 2, layers: { '/added': 'base' } });
  });
});

describe('an approval', () => {
  it('falls when the content changes', async () => {
    const first = await shop.ask('ann', 3);
    const second = await shop.ask('ann', 4);
    expect(await shop.stateOf(first.id)).toBe('superseded');
    await shop.decide('bob', first.id, 'approve').expect(isDecided);
    await shop.decide('bob', first.id, 'reject').expect(isDecided);
    await shop.isServed(2);
    await shop.decide('bob', second.id, 'approve').expect(200);
    await shop.bothRun(second.revision);
  });

  it('is given by nobody who wrote a part of what it releases', async () => {
    await shop.ask('ann', 5);
    const { id, revision } = await shop.ask('bob', 6);
    await shop.decide('ann', id, 'approve').expect(isOwnChange);
    await shop.decide('bob', id, 'approve').expect(isOwnChange);
    await shop.decide('carol', id, 'approve').expect(200);
    await shop.bothRun(revision);
    const next = await shop.ask('carol', 7);
    await shop.decide('ann', next.id, 'approve').expect(200);
    await shop.bothRun(next.revision);
  });

  it('is given by no token of the person who published', async () => {
    const dora = new Browser(shop.plane.api(0).url);
    await dora.signIn(PERSON.email, PERSON.password);
    const tokens = await Promise.all(
      ['first', 'second'].map(async (name) => {
        const { body } = await dora.post('/tokens').send({ name, role: 'publisher' }).expect(201);
        return shop.plane.request(1, (body as { token: string }).token);
      }),
    );
    const [first, second] = tokens;
    const { body } = await (first ?? shop.as('ann'))
      .post('/services/shop/documents/prod/versions')
      .set('if-match', '*')
      .send({ content: { number: 'of a person' } })
      .expect(201);
    const [outcome] = (body as { revisions: Outcome[] }).revisions;
    const approve = `/approvals/${outcome?.approval ?? ''}/approve`;
    await dora.post(approve).send({}).expect(isOwnChange);
    await second?.post(approve).send({}).expect(isOwnChange);
    await shop.decide('bob', outcome?.approval ?? '', 'approve').expect(200);
    await shop.bothRun(outcome?.revision ?? 0);
  });

  it('that is refused leaves agents where they are, and says what still holds the content', async () => {
    const live = shop.live;
    const { id } = await shop.ask('ann', 8);
    const { body } = await shop.decide('bob', id, 'reject').expect(200);
    expect(body).toMatchObject({
      state: 'rejected',
      comment: 'because',
      hint: expect.stringContaining('roll them back'),
      stillPublished: [{ service: 'shop', layer: 'prod' }],
    });
    await shop.isServed(live);
    // A publish somewhere else does not ask again; the same content, published again, does.
    const elsewhere = await shop.publish('ann', 'dev', { elsewhere: 8 });
    expect([...elsewhere.keys()]).toEqual(['shop/dev']);
    const again = await shop.ask('ann', 8);
    // Its author withdraws it.
    await shop.decide('ann', again.id, 'reject').expect(200);
    await shop.isServed(live);
  });

  it('is not needed to go back to what agents run', async () => {
    const { id } = await shop.ask('ann', 9);
    const { body } = await shop.as('ann').get('/services/shop/documents/prod/versions').expect(200);
    const versions = (body as { items: { version: number }[] }).items;
    const current = versions[0]?.version ?? 0;
    const { body: old } = await shop.as('ann').get('/services/shop/environments/prod/revisions').expect(200);
    const released = (old as { items: { state: string; layers: Record<string, number> }[] }).items.find(
      ({ state }) => state === 'released',
    );
    const response = await shop
      .as('ann')
      .post('/services/shop/documents/prod/rollback')
      .set('if-match', `"${current}"`)
      .send({ to: released?.layers['shop/prod'] })
      .expect(201);
    const [outcome] = (response.body as { revisions: Outcome[] }).revisions;
    expect(outcome).toMatchObject({ environment: 'prod', state: 'released' });
    expect(outcome).not.toHaveProperty('approval');
    expect(await shop.stateOf(id)).toBe('superseded');
    await shop.bothRun(outcome?.revision ?? 0);
  });
});

describe('an emergency', () => {
  const entries = () =>
    shop.plane.database.query<{ environment: string; service: string; detail: string }>(
      `select service, environment, detail from audit_entries where action = 'release.emergency' order by number`,
    );

  it('releases at once, for a reason that stands in the audit', async () => {
    const fields = { emergencyReason: 'prod is down' };
    const outcome = (await shop.publish('ann', 'prod', { number: 10 }, fields)).get('shop/prod');
    expect(outcome).toMatchObject({ state: 'released', approval: expect.any(String) });
    expect(await shop.stateOf(outcome?.approval ?? '')).toBe('emergency');
    await shop.bothRun(outcome?.revision ?? 0);
    const [entry, ...others] = await entries();
    expect(others).toEqual([]);
    expect(entry).toMatchObject({ service: 'shop', environment: 'prod' });
    expect(JSON.parse(entry?.detail ?? '')).toMatchObject({ reason: 'prod is down' });
  });

  it('releases what waits, by its own author too', async () => {
    const { id, revision } = await shop.ask('ann', 11);
    await shop.decide('ann', id, 'emergency').expect(200);
    await shop.bothRun(revision);
    expect(JSON.parse((await entries()).at(-1)?.detail ?? '')).toMatchObject({ reason: 'because', revision });
  });

  it('releases the same content again, which was waiting', async () => {
    const { id } = await shop.ask('ann', 12);
    const fields = { emergencyReason: 'no time' };
    const outcome = (await shop.publish('ann', 'prod', { number: 12 }, fields)).get('shop/prod');
    expect(outcome).toMatchObject({ state: 'released' });
    expect(await shop.stateOf(id)).toBe('superseded');
    await shop.bothRun(outcome?.revision ?? 0);
  });

  it('is for those who may, in all that it touches', async () => {
    const { token } = await createToken(shop.plane.request(), 'publisher', { services: ['common'] });
    const publisher = shop.plane.request(0, token);
    const path = '/services/common/documents/base/versions';
    const content = { shared: 1 };
    await publisher.post(path).send({ content, emergencyReason: 'urgent' }).expect(isForbidden);
    await publisher.get('/services/common/documents/base').expect(isProblem(404, 'not_found'));
  });
});

describe('a shared service', () => {
  it('waits where it is included in a protected environment', async () => {
    const outcomes = await shop.publish('ann', 'base', { shared: 2 }, { service: 'common' });
    expect(outcomes.get('shop/dev')).toMatchObject({ state: 'released' });
    const prod = outcomes.get('shop/prod');
    expect(prod).toMatchObject({ state: 'awaiting_approval' });
    await shop.decide('bob', prod?.approval ?? '', 'approve').expect(200);
    await shop.bothRun(prod?.revision ?? 0);
    const { body } = await shop.as('viewer').get(`${SHOP_CONFIG}?explain=true`).expect(200);
    expect(body).toMatchObject({ layers: { '/shared': 'include:common', '/number': 'prod' } });
  });

  it('waits when it is included and taken out, too', async () => {
    const change = (includes: string[]) =>
      shop.as('ann').patch('/services/shop').send({ includes }).expect(200);
    const live = shop.live;
    await change([]);
    await shop.isServed(live);
    const { body } = await shop.as('bob').get('/approvals?state=pending&service=shop').expect(200);
    const [waiting] = (body as { items: { id: string; message: string }[] }).items;
    expect(waiting?.message).toContain('includes');
    await change(['common']);
    expect(await shop.stateOf(waiting?.id ?? '')).toBe('superseded');
    await shop.bothRun(live + 2);
  });
});
