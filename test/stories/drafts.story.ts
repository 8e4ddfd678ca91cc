import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DraftBody } from '@binnacle/contracts';
import { type Json, mergeThreeWay } from '@binnacle/domain';
import { isOwnChange, type Outcome, ProtectedShop } from '../harness/protected-shop.js';
import { isProblem, register } from '../harness/request.js';

let shop: ProtectedShop;

beforeAll(async () => {
  shop = await ProtectedShop.start();
});
afterAll(() => shop.stop());

const draftPath = (service: string, layer = 'base') => `/services/${service}/documents/${layer}/draft`;
const draftOf = (name: string, service: string, index = 0) =>
  shop.as(name, index).get(draftPath(service)).expect(200).then(asDraft);
const asDraft = ({ body }: { body: unknown }) => body as DraftBody;
const save = (name: string, service: string, body: object, ifMatch?: string, index = 0) => {
  const request = shop.as(name, index).put(draftPath(service));
  return (ifMatch === undefined ? request : request.set('if-match', ifMatch)).send(body);
};
const publishDraft = (name: string, service: string, etag: string, body: object = {}, index = 0) =>
  shop
    .as(name, index)
    .post(`${draftPath(service)}/publish`)
    .set('if-match', etag)
    .send(body);
const isConflict = isProblem(412, 'version_conflict');

/** A service with one version of its base. */
async function published(service: string, content: object): Promise<void> {
  await register(shop.as('ann'), service);
  await shop.publish('ann', 'base', content, { service });
}

describe('a draft', () => {
  it('that was discarded is of who wrote it also when somebody else begins it again', async () => {
    await published('again', { number: 1 });
    const source = '{"number": 2}';
    const first = asDraft(await save('ann', 'again', { content: source }, '"1"').expect(200));
    await shop.as('bob').delete(draftPath('again')).set('if-match', first.etag).expect(204);
    const copy = asDraft(await save('carol', 'again', { content: source }, '"1"').expect(200));
    const edited = { content: '{"number": 3}' };
    const { etag, contributors } = asDraft(await save('carol', 'again', edited, copy.etag).expect(200));
    expect(contributors).toHaveLength(2);
    const { body } = await publishDraft('carol', 'again', etag).expect(201);
    const prod = (body as { revisions: Outcome[] }).revisions.find((made) => made.environment === 'prod');
    for (const name of ['ann', 'carol'])
      await shop.decide(name, prod?.approval ?? '', 'approve').expect(isOwnChange);
    await shop.decide('bob', prod?.approval ?? '', 'approve').expect(200);
  });

  it('is kept though it cannot be parsed, and says where; colleagues see it at every process', async () => {
    await published('broken', { port: 80 });
    const source = '{\n  "port": 81,\n  "port": 82,\n}';
    const answer = await save('ann', 'broken', { content: source, message: 'not yet' }, '"1"').expect(200);
    expect(answer.headers['etag']).toBe(asDraft(answer).etag);
    const draft = await draftOf('viewer', 'broken', 1);
    expect(draft).toMatchObject({ source, message: 'not yet', baseVersion: 1, publishedVersion: 1 });
    expect(draft.validation.valid).toBe(false);
    expect(draft.validation.errors[0]?.message).toMatch(/^line 3, column 3/);
    const listed = await shop.as('viewer', 1).get('/drafts?service=broken').expect(200);
    expect((listed.body as { items: object[] }).items).toEqual([
      expect.objectContaining({ service: 'broken', layer: 'base', etag: draft.etag }),
    ]);
    await publishDraft('ann', 'broken', draft.etag).expect(isProblem(422, 'invalid_content'));
    expect((await draftOf('viewer', 'broken')).etag).toBe(draft.etag);
  });

  it('may be as large as a document', async () => {
    await published('large', { number: 1 });
    const keys = Array.from({ length: 9_999 }, (_, index) => `key-${index}: "\\t${index}"`).join('\n');
    const source = `${keys}\n#${'"'.repeat(1_048_576 - keys.length - 2)}`;
    expect(source).toHaveLength(1_048_576);
    const body = { content: source, format: 'yaml' };
    const saved = asDraft(await save('ann', 'large', body, '"1"').expect(200));
    expect(saved).toMatchObject({ bytes: 1_048_576, validation: { valid: true, errors: [] } });
    expect(saved.source).toBe(source);
    const more = { ...body, content: `${source.slice(0, -2)}é#` };
    await save('ann', 'large', more, saved.etag).expect(isProblem(413, 'payload_too_large'));
    await publishDraft('ann', 'large', saved.etag, { confirm: true }).expect(201);
    const { body: version } = await shop.as('viewer').get('/services/large/documents/base').expect(200);
    expect((version as { source: string }).source).toBe(source);
  });

  it('is held against every environment that it would change', async () => {
    await published('checked', { port: 80 });
    await shop
      .as('ann')
      .put('/services/checked/schema')
      .send({ properties: { port: { type: 'integer', maximum: 100 } } })
      .expect(({ ok, text }) => expect([ok, text]).toEqual([true, text]));
    await shop.publish('ann', 'dev', { port: 90 }, { service: 'checked' });
    const body = { content: 'port: 1000', format: 'yaml' };
    const draft = asDraft(await save('ann', 'checked', body, '"1"').expect(200));
    expect(draft.validation.valid).toBe(false);
    const broken = draft.validation.errors.map(({ environment, pointer }) => `${environment} ${pointer}`);
    // In dev the overlay has the last word.
    expect(broken.toSorted()).toEqual(['prod /content/port', 'staging /content/port']);
    const fixed = { ...body, content: 'port: 99' };
    const better = asDraft(await save('bob', 'checked', fixed, draft.etag, 1).expect(200));
    expect(better).toMatchObject({ validation: { valid: true, errors: [] }, format: 'yaml' });
  });

  it('asks what it was made on', async () => {
    await published('asking', { number: 1 });
    const content = { number: 2 };
    await save('ann', 'asking', { content }).expect(isProblem(428, 'precondition_required'));
    await save('ann', 'asking', { content }, '"2"').expect(isConflict);
    await save('ann', 'asking', { content, baseVersion: 2 }, '"1"').expect(isProblem(400, 'invalid_request'));
    const { etag } = asDraft(await save('ann', 'asking', { content }, '"1"').expect(200));
    for (const other of ['"1"', '"draft-other"'])
      await save('bob', 'asking', { content }, other).expect(isConflict);
    await save('bob', 'asking', { content }).expect(isProblem(428, 'precondition_required'));
    const discard = () => shop.as('bob').delete(draftPath('asking'));
    await discard().expect(isProblem(428, 'precondition_required'));
    await discard().set('if-match', '"1"').expect(isConflict);
    await shop
      .as('bob')
      .post(`${draftPath('asking')}/publish`)
      .send({})
      .expect(isProblem(428, 'precondition_required'));
    await discard().set('if-match', etag).expect(204);
    await save('ann', 'asking', { content }, etag).expect(isConflict);
    await shop.as('ann').get(draftPath('asking')).expect(isProblem(404, 'not_found'));
    await save('ann', 'nowhere', { content }).expect(isProblem(404, 'not_found'));
    await shop
      .as('ann')
      .put(draftPath('asking', 'nowhere'))
      .send({ content })
      .expect(isProblem(404, 'not_found'));
    // Nothing is published there, so there is nothing to be based on.
    await shop.as('ann').put(draftPath('asking', 'dev')).send({ content }).expect(200);
  });

  it('that is discarded can still be read', async () => {
    await published('discarded', { number: 1 });
    const source = '# do not lose this\nnumber: 2\n';
    const body = { content: source, format: 'yaml', message: 'a try' };
    const { etag } = asDraft(await save('ann', 'discarded', body, '"1"').expect(200));
    await shop.as('bob').delete(draftPath('discarded')).set('if-match', etag).expect(204);
    const path = '/services/discarded/documents/base/drafts';
    const { body: list } = await shop.as('viewer', 1).get(path).expect(200);
    const [ended] = (list as { items: { id: string }[] }).items;
    expect(ended).toMatchObject({ outcome: 'discarded', version: null, message: 'a try', baseVersion: 1 });
    const { body: whole } = await shop
      .as('viewer', 1)
      .get(`${path}/${ended?.id ?? ''}`)
      .expect(200);
    expect(whole).toMatchObject({ source, format: 'yaml' });
    const audit = await shop.plane.request().get('/audit?service=discarded').expect(200);
    const actions = (audit.body as { items: { action: string; detail: object }[] }).items;
    expect(actions.slice(0, 2)).toMatchObject([
      { action: 'draft.discard', detail: { id: ended?.id } },
      { action: 'draft.save', detail: { baseVersion: 1, format: 'yaml', bytes: source.length } },
    ]);
    expect(JSON.stringify(actions)).not.toContain('do not lose this');
  });

  it('is published once, however often the request comes', async () => {
    await published('repeated', { number: 1 });
    const { etag } = asDraft(
      await save('ann', 'repeated', { content: { number: 2 }, message: 'two' }, '"1"').expect(200),
    );
    const attempt = () => publishDraft('ann', 'repeated', etag).set('idempotency-key', 'once').expect(201);
    const answers = [await attempt(), await attempt()];
    expect(answers[1]?.body).toEqual(answers[0]?.body);
    expect(answers[0]?.headers['etag']).toBe('"2"');
    const { body } = await shop.as('viewer').get('/services/repeated/documents/base').expect(200);
    expect(body).toMatchObject({ version: 2, message: 'two', contributors: [], content: { number: 2 } });
    await publishDraft('ann', 'repeated', etag).expect(isProblem(404, 'not_found'));
  });

  it('that another publish overtook stays, says so, and goes out once it is merged', async () => {
    await published('overtaken', { number: 1, name: 'a' });
    const content = { number: 2, name: 'a' };
    const { etag } = asDraft(await save('ann', 'overtaken', { content }, '"1"').expect(200));
    await shop.publish('bob', 'base', { number: 1, name: 'b' }, { service: 'overtaken' });
    await publishDraft('ann', 'overtaken', etag).expect(isConflict);
    const draft = await draftOf('ann', 'overtaken', 1);
    expect(draft).toMatchObject({ etag, baseVersion: 1, publishedVersion: 2 });
    const merged = { content: { number: 2, name: 'b' }, baseVersion: 2 };
    const again = asDraft(await save('ann', 'overtaken', merged, etag).expect(200));
    await publishDraft('ann', 'overtaken', again.etag).expect(201);
    const { body } = await shop.as('viewer').get('/services/overtaken/documents/base').expect(200);
    expect(body).toMatchObject({ version: 3, content: { number: 2, name: 'b' } });
  });

  it('of a bad version does not bring it back after a restore', async () => {
    await published('restored', { limit: 10 });
    await shop.publish('ann', 'base', { limit: 0, bad: true }, { service: 'restored' });
    const content = { limit: 0, bad: true, more: 1 };
    const { etag } = asDraft(await save('ann', 'restored', { content }, '"2"').expect(200));
    const rollback = (to: number, ifMatch: string) =>
      shop.as('bob').post('/services/restored/documents/base/rollback').set('if-match', ifMatch).send({ to });
    await rollback(1, '"2"').expect(201);
    const { body: live } = await shop.as('viewer').get('/services/restored/documents/base').expect(200);
    expect(live).toMatchObject({ version: 3, content: { limit: 10 } });
    const draft = await draftOf('ann', 'restored');
    expect(draft).toMatchObject({ etag, baseVersion: 2, publishedVersion: 3 });
    await publishDraft('ann', 'restored', etag).expect(isConflict);
    await publishDraft('ann', 'restored', '*').expect(isConflict);
    for (const same of [1, 3]) await rollback(same, '"3"').expect(isProblem(409, 'no_change'));
    const { merged, conflicts } = mergeThreeWay(
      { limit: 0, bad: true },
      JSON.parse(draft.source) as Json,
      (live as { content: Json }).content,
    );
    expect([merged, conflicts]).toEqual([{ limit: 10, more: 1 }, []]);
    const again = asDraft(
      await save('ann', 'restored', { content: merged, baseVersion: 3 }, etag).expect(200),
    );
    await publishDraft('ann', 'restored', again.etag).expect(201);
  });

  it('nobody who saved it may approve', async () => {
    await published('approved', { number: 1 });
    const first = await shop.publish('ann', 'prod', { number: 1, own: 1 }, { service: 'approved' });
    await shop.decide('bob', first.get('approved/prod')?.approval ?? '', 'approve').expect(200);
    const { etag } = asDraft(await save('carol', 'approved', { content: { number: 2 } }, '"1"').expect(200));
    const content = { number: 3, more: 3 };
    const { etag: newest } = asDraft(await save('ann', 'approved', { content }, etag).expect(200));
    const { body } = await publishDraft('ann', 'approved', newest).expect(201);
    const { revisions } = body as { revisions: Outcome[] };
    const approval = revisions.find(({ environment }) => environment === 'prod')?.approval ?? '';
    for (const author of ['ann', 'carol']) await shop.decide(author, approval, 'approve').expect(isOwnChange);
    await shop.decide('bob', approval, 'approve').expect(200);
  });
});
