import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Browser } from '../harness/browser.js';
import { createToken, isProblem, type PlaneRequests, publish, register } from '../harness/request.js';
import { type Plane, startPlane } from '../harness/start-plane.js';

const isForbidden = isProblem(403, 'forbidden');
const BREAKS_ANOTHER = { pointer: '/content', message: 'would break another service that includes it' };
const VALIDATE = '/services/common/documents/base/validate';
const PUBLISH = '/services/common/documents/base/versions';
let plane: Plane;
let admin: PlaneRequests;
/** Publishes `common`, and has nothing to do with `bank`, which includes it. */
let lender: PlaneRequests;
let people = 0;

beforeAll(async () => {
  plane = await startPlane({ apis: 1 });
  admin = plane.request();
  await register(admin, 'common', { kind: 'shared' });
  lender = plane.request(0, (await createToken(admin, 'publisher', { services: ['common'] })).token);
  await register(admin, 'bank', { includes: ['common'] });
  await publish(admin, 'bank', 'base', { name: 'bank' });
  const schema = { properties: { tellers: { type: 'integer', maximum: 7 } } };
  await admin.put('/services/bank/schema').send(schema).expect(200);
  for (const environment of ['dev', 'staging', 'prod'])
    await admin
      .put(`/services/bank/environments/${environment}/secrets/hidden-name`)
      .send({ value: 'the value of the bank' })
      .expect(200);
});
afterAll(() => plane.stop());

/** A person with these grants. */
async function invited(grants: object[]): Promise<Browser> {
  const name = `person-${(people += 1)}`;
  const { body } = await admin
    .post('/invitations')
    .send({ email: `${name}@example.org`, grants })
    .expect(201);
  const { token } = body as { token: string };
  const person = new Browser(plane.api(0).url);
  const password = 'counts coins by candle light';
  await person.post('/invitations/accept').send({ token, name, password }).expect(200);
  await person.signIn(`${name}@example.org`, password);
  return person;
}

async function errorsOf(requests: Pick<PlaneRequests, 'post'>, content: object): Promise<object[]> {
  const { body } = await requests.post(VALIDATE).send({ content }).expect(200);
  return (body as { errors: object[] }).errors;
}

async function releasesOf(service: string): Promise<{ detail: Record<string, unknown> }[]> {
  const { body } = await admin.get(`/audit?action=config.release&service=${service}`).expect(200);
  return (body as { items: { detail: Record<string, unknown> }[] }).items;
}

describe('who publishes a shared service only', () => {
  it('is told that another service would break, and nothing of it', async () => {
    const content = { tellers: 8 };
    expect(await errorsOf(lender, content)).toEqual([BREAKS_ANOTHER]);
    const { body, text } = await lender
      .post(PUBLISH)
      .send({ content })
      .expect(isProblem(422, 'invalid_content'));
    expect((body as { errors: object[] }).errors).toEqual([BREAKS_ANOTHER]);
    expect(text).not.toContain('tellers');
    const own = await errorsOf(admin, content);
    expect(own).toContainEqual(expect.objectContaining({ pointer: '/content/tellers', environment: 'prod' }));
    const reader = await invited([
      { role: 'publisher', services: ['common'] },
      { role: 'viewer', services: ['bank'], environments: ['prod'] },
    ]);
    const seen = await errorsOf(reader, content);
    expect(seen).toHaveLength(2);
    expect(seen).toContainEqual(
      expect.objectContaining({ pointer: '/content/tellers', environment: 'prod' }),
    );
    expect(seen.filter((error) => !('environment' in error))).toEqual([BREAKS_ANOTHER]);
  });

  it('is shown what a preview would do to the others as a number only', async () => {
    const preview = async (requests: Pick<PlaneRequests, 'post'>) => {
      const answer = await requests
        .post('/services/common/documents/base/preview')
        .send({ content: { tellers: 5 } })
        .expect(200);
      return answer.body as { changes: { service: string; environment: string }[]; total: number };
    };
    expect(await preview(lender)).toMatchObject({ changes: [], total: 3, truncated: true });
    expect((await preview(admin)).changes).toHaveLength(3);
    const reader = await invited([
      { role: 'viewer', services: ['common'] },
      { role: 'viewer', services: ['bank'], environments: ['prod'] },
    ]);
    expect((await preview(reader)).changes).toMatchObject([{ service: 'bank', environment: 'prod' }]);
  });

  it('brings no reference to a secret into another service, and does not learn whether there is one', async () => {
    const known = { leak: { $secret: 'hidden-name' } };
    const unknown = { leak: { $secret: 'no-such-name' } };
    const errors = await errorsOf(lender, known);
    // Not how many of them: that would tell where it was there before.
    expect(errors).toHaveLength(1);
    expect(await errorsOf(lender, unknown)).toEqual(errors);
    for (const content of [known, unknown]) await lender.post(PUBLISH).send({ content }).expect(isForbidden);
    const { body } = await admin.get('/services/bank/environments/prod/config').expect(200);
    expect(body).toMatchObject({ content: { name: 'bank' } });
    expect(await errorsOf(admin, known)).toEqual([]);
    expect(await errorsOf(admin, unknown)).toHaveLength(3);
  });

  it('goes on around references that are there, and moves none of them', async () => {
    await publish(admin, 'common', 'base', { password: { $secret: 'hidden-name' } });
    await publish(lender, 'common', 'base', { password: { $secret: 'hidden-name' }, added: true });
    const moved = { content: { elsewhere: { $secret: 'hidden-name' } } };
    await lender.post(PUBLISH).set('if-match', '*').send(moved).expect(isForbidden);
    const rollback = '/services/common/documents/base/rollback';
    await publish(lender, 'common', 'base', { added: true });
    await lender.post(rollback).set('if-match', '*').send({ to: 1 }).expect(isForbidden);
  });

  it('brings none by an include of the shared service, either', async () => {
    await register(admin, 'lent', { kind: 'shared' });
    await publish(admin, 'lent', 'base', { lent: { $secret: 'hidden-name' } });
    const { token } = await createToken(admin, 'publisher', { services: ['common', 'lent'] });
    const patch = (requests: PlaneRequests) =>
      requests.patch('/services/common').send({ includes: ['lent'] });
    await patch(plane.request(0, token)).expect(isForbidden);
    await patch(admin).expect(200);
    await admin.patch('/services/common').send({ includes: [] }).expect(200);
  });

  it('leaves an entry with the other service, for its people', async () => {
    const before = (await releasesOf('bank')).length;
    await publish(lender, 'common', 'base', { added: 'once more' });
    const entries = await releasesOf('bank');
    expect(entries).toHaveLength(before + 1);
    expect(entries[0]).toMatchObject({
      target: 'service:bank',
      detail: { by: 'document:common/base', environments: ['dev', 'staging', 'prod'] },
    });
    expect(await releasesOf('common')).toEqual([]);
  });
});

describe('including', () => {
  it('takes who may read all of what is included', async () => {
    await publish(admin, 'common', 'prod', { of: 'prod' });
    await register(admin, 'mine');
    const narrow = await invited([
      { role: 'publisher', services: ['mine'] },
      { role: 'viewer', services: ['common'], environments: ['dev'] },
    ]);
    const include = (requests: Browser) => requests.patch('/services/mine').send({ includes: ['common'] });
    await include(narrow).expect(isForbidden);
    const wide = await invited([
      { role: 'publisher', services: ['mine'] },
      { role: 'viewer', services: ['common'] },
    ]);
    await include(wide).expect(200);
  });
});
