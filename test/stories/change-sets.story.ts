import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChangeSetBody, PlannedPromotionBody, PreviewBody, ProblemBody } from '@binnacle/contracts';
import { createToken, isProblem, type PlaneRequests, publish, register } from '../harness/request.js';
import { type Plane, startPlane } from '../harness/start-plane.js';

let plane: Plane;
let admin: PlaneRequests;

beforeAll(async () => {
  plane = await startPlane();
  admin = plane.request();
  for (const name of ['dev', 'staging', 'prod'])
    await admin
      .post('/environments')
      .send({ name })
      .expect((answer) => expect([201, 409]).toContain(answer.status));
});
afterAll(() => plane.stop());

async function configOf(service: string, environment: string): Promise<unknown> {
  const { body } = await admin.get(`/services/${service}/environments/${environment}/config`).expect(200);
  return (body as { content: unknown }).content;
}

async function versionsOf(service: string, layer: string): Promise<number[]> {
  const { body } = await admin.get(`/services/${service}/documents/${layer}/versions`).expect(200);
  return (body as { items: { version: number }[] }).items.map(({ version }) => version);
}

describe('a change set', () => {
  it('publishes all of its documents in one transaction, and tells what came of them', async () => {
    await register(admin, 'cart');
    await register(admin, 'till');
    await publish(admin, 'cart', 'base', { pool: 5 });
    const changes = [
      { service: 'cart', layer: 'base', content: 'pool: 10 # more\n', format: 'yaml', basedOn: 1 },
      { service: 'cart', layer: 'prod', content: { pool: 50 } },
      { service: 'till', layer: 'base', content: { pool: 7 }, basedOn: 0 },
    ];
    const dry = await admin
      .post('/change-sets')
      .send({ message: 'pools', changes, dryRun: true })
      .expect(200);
    expect(dry.body as PreviewBody).toMatchObject({ valid: true, errors: [], total: 6 });
    expect(await versionsOf('cart', 'base')).toEqual([1]);

    const { body } = await admin.post('/change-sets').send({ message: 'pools', changes }).expect(201);
    const { changeSet, versions, revisions } = body as ChangeSetBody;
    expect(versions.map(({ service, layer, version }) => `${service}/${layer} ${version}`)).toEqual([
      'cart/base 2',
      'cart/prod 1',
      'till/base 1',
    ]);
    expect(new Set(revisions.map(({ service, environment }) => `${service} ${environment}`)).size).toBe(6);
    expect(await configOf('cart', 'prod')).toEqual({ pool: 50 });
    expect(await configOf('cart', 'dev')).toEqual({ pool: 10 });
    const kept = await plane.database.query(
      'select distinct change_set, count(*) from document_versions where change_set is not null group by 1',
    );
    expect(kept).toEqual([{ change_set: changeSet, count: '3' }]);
    const audit = await admin.get('/audit?action=document.publish&limit=3').expect(200);
    const details = (audit.body as { items: { detail: { changeSet?: string } }[] }).items;
    expect(details.map(({ detail }) => detail.changeSet)).toEqual([changeSet, changeSet, changeSet]);
  });

  it('publishes none of them when one conflicts, is missing, is not valid or is not his, and says which', async () => {
    await register(admin, 'atom');
    await publish(admin, 'atom', 'base', { a: 1 });
    const good = { service: 'atom', layer: 'dev', content: { b: 2 } };
    const send = (change: object, requests = admin) =>
      requests.post('/change-sets').send({ message: '', changes: [good, change] });
    const pointersOf = ({ body }: { body: unknown }) =>
      (body as ProblemBody).errors?.map(({ pointer }) => pointer);
    const base = { service: 'atom', layer: 'base', content: { a: 2 } };

    const conflict = await send({ ...base, basedOn: 7 }).expect(isProblem(412, 'version_conflict'));
    expect(pointersOf(conflict)).toEqual(['/changes/1']);
    const missing = await send(base).expect(isProblem(428, 'precondition_required'));
    expect(pointersOf(missing)).toEqual(['/changes/1']);
    const nowhere = await send({ service: 'nobody', layer: 'base', content: {} }).expect(
      isProblem(404, 'not_found'),
    );
    expect(pointersOf(nowhere)).toEqual(['/changes/1']);
    const broken = await send({ ...base, content: '{"a": 1,}' }).expect(isProblem(422, 'invalid_content'));
    expect(pointersOf(broken)?.[0]).toMatch(/^\/changes\/1\/content/);
    const secret = { ...base, content: { a: { $secret: 'none' } }, basedOn: 1 };
    const wrong = await send(secret).expect(isProblem(422, 'invalid_content'));
    expect(pointersOf(wrong)).toContain('/changes/1/content/a');
    await send(good).expect(isProblem(400, 'invalid_request'));

    const { token } = await createToken(admin, 'publisher', { environments: ['dev'] });
    const refused = await send({ ...base, basedOn: 1 }, plane.request(0, token)).expect(
      isProblem(403, 'forbidden'),
    );
    expect(pointersOf(refused)).toEqual(['/changes/1']);

    expect(await versionsOf('atom', 'base')).toEqual([1]);
    await admin.get('/services/atom/documents/dev').expect(404);
    await plane
      .request(0, token)
      .post('/change-sets')
      .send({ message: '', changes: [good] })
      .expect(201);
  });
});

const OVERLAY = `# how prod differs
pool:
  max: 20   # was 10
  min: 1
# keep this one
feature: { a: on }
`;

describe('a promotion', () => {
  it('makes the config of one environment what the other has, and leaves the rest of the text alone', async () => {
    await register(admin, 'promo');
    await publish(admin, 'promo', 'base', { pool: { max: 10, min: 1 }, url: 'http://base', list: [1] });
    await publish(admin, 'promo', 'staging', { pool: { max: 40 }, list: [1, 2], fresh: { x: true } });
    await admin
      .post('/services/promo/documents/prod/versions')
      .send({ content: OVERLAY, format: 'yaml' })
      .expect(201);
    const route = '/services/promo/environments/prod/promote';

    const dry = await admin
      .post(route)
      .send({ from: 'staging', pointers: ['/pool/max'], dryRun: true })
      .expect(200);
    const planned = dry.body as PlannedPromotionBody;
    expect(planned).toMatchObject({ basedOn: 1, format: 'yaml', preview: { valid: true, total: 1 } });
    expect(planned.content).toBe(OVERLAY.replace('max: 20 ', 'max: 40 '));
    expect(planned.diff.patch).toEqual([{ op: 'replace', path: '/pool/max', value: 40 }]);

    await admin
      .post(route)
      .send({ from: 'staging', pointers: ['/pool/max'], basedOn: 1 })
      .expect(201);
    expect(await configOf('promo', 'prod')).toEqual({
      pool: { max: 40, min: 1 },
      url: 'http://base',
      list: [1],
      feature: { a: 'on' },
    });
    await admin.post(route).send({ from: 'staging', basedOn: 1 }).expect(isProblem(412, 'version_conflict'));
    await admin.post(route).send({ from: 'staging' }).expect(201);
    expect(await configOf('promo', 'prod')).toEqual(await configOf('promo', 'staging'));
    const { body } = await admin.get('/services/promo/documents/prod').expect(200);
    expect((body as { source: string }).source).toContain('# how prod differs\n');
    await admin.post(route).send({ from: 'staging' }).expect(isProblem(409, 'no_change'));
  });

  it('that is repeated with its key gets the first answer', async () => {
    await register(admin, 'repeated');
    await publish(admin, 'repeated', 'base', { limit: 1 });
    await publish(admin, 'repeated', 'staging', { limit: 2 });
    const body = { from: 'staging', basedOn: 0 };
    const send = () =>
      admin
        .post('/services/repeated/environments/prod/promote')
        .set('idempotency-key', 'promoted-once')
        .send(body);
    const first = await send().expect(201);
    const second = await send().expect(201);
    expect(second.body).toEqual(first.body);
    expect(await versionsOf('repeated', 'prod')).toEqual([1]);
  });

  it('makes an overlay where there was none, in the format of the base', async () => {
    await register(admin, 'newly');
    await admin
      .post('/services/newly/documents/base/versions')
      .send({ content: 'a: 1\nb: 2\n', format: 'yaml' })
      .expect(201);
    await publish(admin, 'newly', 'staging', { a: 5, b: null, c: { d: [1] } });
    await admin.post('/services/newly/environments/prod/promote').send({ from: 'staging' }).expect(201);
    expect(await configOf('newly', 'prod')).toEqual({ a: 5, c: { d: [1] } });
    const { body } = await admin.get('/services/newly/documents/prod').expect(200);
    expect(body).toMatchObject({ format: 'yaml' });
  });

  it('is refused for what cannot be promoted, and to who may not see the one or change the other', async () => {
    await register(admin, 'closed');
    await publish(admin, 'closed', 'base', { list: [1] });
    await publish(admin, 'closed', 'staging', { list: [2] });
    const route = '/services/closed/environments/prod/promote';
    const inside = await admin
      .post(route)
      .send({ from: 'staging', pointers: ['/list/0'] })
      .expect(isProblem(400, 'invalid_request'));
    expect((inside.body as ProblemBody).errors).toMatchObject([{ pointer: '/pointers/0' }]);
    await admin.post(route).send({ from: 'prod' }).expect(isProblem(400, 'invalid_request'));
    await admin.post(route).send({ from: 'moon' }).expect(isProblem(404, 'not_found'));
    const ofProd = await createToken(admin, 'publisher', { environments: ['prod'] });
    await plane
      .request(0, ofProd.token)
      .post(route)
      .send({ from: 'staging' })
      .expect(isProblem(403, 'forbidden'));
    const ofStaging = await createToken(admin, 'publisher', { environments: ['staging'] });
    await plane
      .request(0, ofStaging.token)
      .post(route)
      .send({ from: 'staging' })
      .expect(isProblem(403, 'forbidden'));
  });
});
