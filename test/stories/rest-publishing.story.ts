import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canonicalHash } from '../harness/canonical-hash.js';
import { createToken, isProblem, publish, register } from '../harness/request.js';
import { type Plane, startPlane } from '../harness/start-plane.js';

let plane: Plane;

beforeAll(async () => {
  plane = await startPlane({ apis: 2 });
});
afterAll(() => plane.stop());

const configOf = (service: string, environment = 'dev') =>
  `/services/${service}/environments/${environment}/config`;

async function contentOf(service: string, environment: string): Promise<unknown> {
  const response = await plane.request().get(configOf(service, environment)).expect(200);
  return (response.body as { content: unknown }).content;
}

describe('reading a configuration', () => {
  it('answers what was published with its ETag, and 304 to who has it', async () => {
    const admin = plane.request();
    await register(admin, 'reader');
    const content = { limits: { requests: 10, ratio: 0.1 }, mode: 'fast', ünï: ['ç', null] };
    const published = await publish(admin, 'reader', 'base', content);
    expect(published).toMatchObject({ version: 1, hash: canonicalHash(content) });
    const response = await admin.get(configOf('reader')).expect(200);
    expect(response.body).toEqual({
      epoch: expect.any(String),
      revision: 1,
      hash: canonicalHash(content),
      content,
    });
    const etag = response.headers['etag'] ?? '';
    const again = await admin.get(configOf('reader')).set('if-none-match', etag).expect(304);
    expect(again.text).toBe('');
    await admin.get(configOf('reader')).set('if-none-match', `"other", W/${etag}`).expect(304);
    await admin.get(configOf('reader')).set('if-none-match', '"other"').expect(200);
  });

  it('is never stale at the process that acknowledged a publish, and soon not at the other', async () => {
    const admin = plane.request();
    await register(admin, 'fresh');
    for (let number = 1; number <= 10; number++) {
      await publish(admin, 'fresh', 'base', { number });
      const response = await admin.get(configOf('fresh')).expect(200);
      expect((response.body as { revision: number }).revision).toBe(number);
    }
    const etag = (await admin.get(configOf('fresh'))).headers['etag'] ?? '';
    await expect.poll(async () => (await plane.request(1).get(configOf('fresh'))).headers['etag']).toBe(etag);
  });

  it('long-polls: answers at once on a publish at the other process, 304 when nothing comes', async () => {
    const admin = plane.request();
    await register(admin, 'poller');
    await publish(admin, 'poller', 'base', { number: 1 });
    const etag = (await admin.get(configOf('poller'))).headers['etag'] ?? '';
    const startedAt = performance.now();
    await admin
      .get(`${configOf('poller')}?wait=1`)
      .set('if-none-match', etag)
      .expect(304);
    expect(performance.now() - startedAt).toBeGreaterThan(950);

    const waiting = plane
      .request(1)
      .get(`${configOf('poller')}?wait=15`)
      .set('if-none-match', etag);
    const answered = waiting
      .expect(200)
      .then(({ body }) => ({ body: body as object, atMs: performance.now() }));
    // It has begun to wait when it has been asked: what comes before that, a late asker is told at once as well.
    await publish(admin, 'poller', 'base', { number: 2 });
    const publishedAtMs = performance.now();
    const { body, atMs } = await answered;
    expect(body).toMatchObject({ revision: 2, content: { number: 2 } });
    expect(atMs - publishedAtMs).toBeLessThan(3_000);
    await admin.get(`${configOf('poller')}?wait=500`).expect(isProblem(400, 'invalid_request'));
  });

  it('explains which layer every leaf came from', async () => {
    const admin = plane.request();
    await register(admin, 'common', { kind: 'shared' });
    await register(admin, 'layered', { includes: ['common'] });
    await publish(admin, 'common', 'base', { log: { level: 'info', colour: true }, region: 'eu' });
    await publish(admin, 'layered', 'base', { log: { level: 'warn' }, pool: { max: 5 } });
    await publish(admin, 'layered', 'prod', { pool: { max: 50 }, log: { colour: null } });
    const response = await admin.get(`${configOf('layered', 'prod')}?explain=true`).expect(200);
    expect(response.body).toMatchObject({
      content: { log: { level: 'warn' }, region: 'eu', pool: { max: 50 } },
      layers: { '/log/level': 'base', '/region': 'include:common', '/pool/max': 'prod' },
    });
    const named = (layer: string, document: string) => ({ layer, document, version: 1 });
    expect(response.body).toMatchObject({
      origins: {
        '/log/level': {
          ...named('base', 'layered/base'),
          hides: [{ ...named('include:common', 'common/base'), value: 'info' }],
        },
        '/region': { ...named('include:common', 'common/base'), hides: [] },
        '/pool/max': {
          ...named('prod', 'layered/prod'),
          hides: [{ ...named('base', 'layered/base'), value: 5 }],
        },
      },
    });
    expect((await admin.get(`${configOf('layered', 'prod')}?explain`).expect(200)).body).toEqual(
      response.body,
    );
    const { token } = await createToken(admin, 'viewer', { services: ['layered'] });
    const narrow = await plane
      .request(0, token)
      .get(`${configOf('layered', 'prod')}?explain`)
      .expect(200);
    const { origins } = narrow.body as { origins: Record<string, { hides: object[] }> };
    expect(origins['/log/level']?.hides).toEqual([named('include:common', 'common/base')]);
    expect(origins['/pool/max']?.hides).toEqual([{ ...named('base', 'layered/base'), value: 5 }]);
    // As revisions were kept before they told the order of their layers.
    await plane.database.query(
      `update revisions set layers = (select jsonb_object_agg(pin ->> 0, (pin ->> 1)::int)
         from jsonb_array_elements(layers) pin) where service = 'layered'`,
    );
    const kept = await admin.get(`${configOf('layered', 'prod')}?explain=true`).expect(200);
    expect(kept.body).toEqual(response.body);
    expect(await contentOf('layered', 'dev')).toEqual({
      log: { level: 'warn', colour: true },
      region: 'eu',
      pool: { max: 5 },
    });
  });
});

describe('publishing', () => {
  it('makes a revision only where it changes something', async () => {
    const admin = plane.request();
    await register(admin, 'overlaid');
    const base = await publish(admin, 'overlaid', 'base', { limit: 1 });
    expect(base.revisions.map(({ environment }) => environment).toSorted()).toEqual([
      'dev',
      'prod',
      'staging',
    ]);
    const overlay = await publish(admin, 'overlaid', 'prod', { limit: 9 });
    expect(overlay.revisions).toEqual([
      { service: 'overlaid', environment: 'prod', revision: 2, state: 'released' },
    ]);
    const second = await publish(admin, 'overlaid', 'base', { limit: 2 });
    expect(second.revisions.map(({ environment }) => environment).toSorted()).toEqual(['dev', 'staging']);
    expect(await contentOf('overlaid', 'prod')).toEqual({ limit: 9 });
  });

  it('of a shared base makes revisions in all that include it, or none when one of them would break', async () => {
    const admin = plane.request();
    await register(admin, 'defaults', { kind: 'shared' });
    await register(admin, 'first', { includes: ['defaults'] });
    await register(admin, 'second', { includes: ['defaults'] });
    await publish(admin, 'first', 'base', { own: 1 });
    await publish(admin, 'second', 'base', { own: 2 });
    const published = await publish(admin, 'defaults', 'base', { timeoutMs: 100 });
    expect(new Set(published.revisions.map(({ service }) => service))).toEqual(new Set(['first', 'second']));
    expect(published.revisions).toHaveLength(6);
    expect(await contentOf('first', 'staging')).toEqual({ own: 1, timeoutMs: 100 });

    const schema = { properties: { timeoutMs: { type: 'integer', maximum: 1_000 } } };
    await admin.put('/services/second/schema').send(schema).expect(200);
    await admin
      .post('/services/defaults/documents/base/versions')
      .set('if-match', '"1"')
      .send({ content: { timeoutMs: 5_000 } })
      .expect(isProblem(422, 'invalid_content'));
    expect(await contentOf('first', 'dev')).toEqual({ own: 1, timeoutMs: 100 });
  });

  it('refuses includes that go in a circle, and names the path', async () => {
    const admin = plane.request();
    for (const name of ['ring-a', 'ring-b', 'ring-c']) await register(admin, name, { kind: 'shared' });
    await admin
      .patch('/services/ring-a')
      .send({ includes: ['ring-b'] })
      .expect(200);
    await admin
      .patch('/services/ring-b')
      .send({ includes: ['ring-c'] })
      .expect(200);
    const response = await admin
      .patch('/services/ring-c')
      .send({ includes: ['ring-a'] })
      .expect(isProblem(409, 'include_cycle'));
    const { detail } = response.body as { detail: string };
    for (const name of ['ring-a', 'ring-b', 'ring-c']) expect(detail).toContain(name);
    expect((await admin.get('/services/ring-c')).body).toMatchObject({ includes: [] });
    for (const including of [
      admin.patch('/services/ring-a').send({ includes: ['ring-a'] }),
      admin.post('/services').send({ name: 'ring-alone', kind: 'shared', includes: ['ring-alone'] }),
    ])
      expect((await including.expect(isProblem(409, 'include_cycle'))).body.detail).toMatch(
        /(ring-a\w*) → \1/,
      );
    await register(admin, 'plain');
    await admin
      .patch('/services/ring-c')
      .send({ includes: ['plain'] })
      .expect(isProblem(400, 'invalid_request'));
  });

  it('rolls back to an old version as a new one, and numbers go on', async () => {
    const admin = plane.request();
    await register(admin, 'undone');
    await publish(admin, 'undone', 'base', { limit: 1 });
    await publish(admin, 'undone', 'base', { limit: 2 });
    const path = '/services/undone/documents/base';
    const response = await admin.post(`${path}/rollback`).set('if-match', '"2"').send({ to: 1 }).expect(201);
    expect(response.body).toMatchObject({ version: 3, hash: canonicalHash({ limit: 1 }) });
    const config = await admin.get(configOf('undone')).expect(200);
    expect(config.body).toMatchObject({ revision: 3, content: { limit: 1 } });
    const listed = await admin.get(`${path}/versions`).expect(200);
    expect((listed.body as { items: { version: number }[] }).items.map(({ version }) => version)).toEqual([
      3, 2, 1,
    ]);
    await admin
      .post(`${path}/rollback`)
      .set('if-match', '"3"')
      .send({ to: 9 })
      .expect(isProblem(404, 'not_found'));
  });

  it('can be tried without being done', async () => {
    const admin = plane.request();
    await register(admin, 'tried');
    await admin
      .put('/services/tried/schema')
      .send({ required: ['limit'] })
      .expect(200);
    const validate = (content: unknown, format?: string) =>
      admin.post('/services/tried/documents/base/validate').send({ content, format }).expect(200);
    expect((await validate({ limit: 1 })).body).toEqual({ valid: true, errors: [], warnings: [] });
    const missing = (await validate({})).body as { valid: boolean; errors: { message: string }[] };
    expect(missing.valid).toBe(false);
    expect(missing.errors[0]?.message).toContain('limit');
    expect((await validate('limit: [1', 'yaml')).body).toMatchObject({ valid: false });
    expect((await validate('limit: 1', 'yaml')).body).toEqual({
      valid: true,
      errors: [],
      warnings: [],
    });
    await admin.get('/services/tried/documents/base').expect(isProblem(404, 'not_found'));
  });

  it('takes YAML, and serves it as the JSON that it means', async () => {
    const admin = plane.request();
    await register(admin, 'yaml');
    const content = 'limits:\n  requests: 5 # a second\nmode: "on"\n';
    const path = '/services/yaml/documents/base/versions';
    await admin.post(path).send({ content, format: 'yaml' }).expect(201);
    expect(await contentOf('yaml', 'dev')).toEqual({ limits: { requests: 5 }, mode: 'on' });
    expect((await admin.get('/services/yaml/documents/base')).body).toMatchObject({
      source: content,
      format: 'yaml',
    });
  });

  it('says who did what in the audit', async () => {
    const admin = plane.request();
    await register(admin, 'told');
    await publish(admin, 'told', 'base', { limit: 1 });
    const entries = await plane.database.query<{ action: string }>(
      `select action from audit_entries where target in ('service:told', 'document:told/base') order by number`,
    );
    expect(entries.map(({ action }) => action)).toEqual(['service.register', 'document.publish']);
  });
});

describe('a server that stops', () => {
  it('ends its long polls first, and answers what it has begun', async () => {
    const admin = plane.request(1);
    await register(admin, 'ending');
    await publish(admin, 'ending', 'base', { limit: 1 });
    const etag = (await admin.get(configOf('ending'))).headers['etag'] ?? '';
    const waiting = admin
      .get(`${configOf('ending')}?wait=15`)
      .set('if-none-match', etag)
      .expect(304);
    const answered = waiting.then(() => performance.now());
    // One more request on the same process: by its answer the one before has been taken in.
    await admin.get('/services').expect(200);
    const stoppedAtMs = performance.now();
    await plane.api(1).stop();
    expect((await answered) - stoppedAtMs).toBeLessThan(3_000);
    await plane.api(1).start();
  });
});
