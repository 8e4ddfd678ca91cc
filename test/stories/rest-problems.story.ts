import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rawRequest } from '../harness/raw-request.js';
import { createToken, isProblem, publish, register } from '../harness/request.js';
import { type Plane, startPlane } from '../harness/start-plane.js';

let plane: Plane;

beforeAll(async () => {
  plane = await startPlane();
  const admin = plane.request();
  await register(admin, 'shop');
  await register(admin, 'bank');
  await publish(admin, 'shop', 'base', { limit: 10 });
});
afterAll(() => plane.stop());

const versions = '/services/shop/documents/base/versions';

describe('every error is problem details with a stable code', () => {
  it('400 for what is not JSON', async () => {
    const request = plane.request().post('/services').type('application/json');
    await request.send('{"name": ').expect(isProblem(400, 'malformed_request'));
  });

  it('400 for a field that nobody knows, and for a value that breaks its rule, with pointers', async () => {
    const admin = plane.request();
    await admin
      .post('/services')
      .send({ name: 'x', colour: 'red' })
      .expect(isProblem(400, 'invalid_request'));
    const response = await admin
      .post('/services')
      .send({ name: 'Not A Name', labels: { team: 5 } })
      .expect(isProblem(400, 'invalid_request'));
    const { errors } = response.body as { errors: { pointer: string }[] };
    expect(errors.map(({ pointer }) => pointer).toSorted()).toEqual(['/labels/team', '/name']);
    await admin.get('/services?limit=100000').expect(isProblem(400, 'invalid_request'));
    await admin.get('/services?sort=name').expect(isProblem(400, 'invalid_request'));
    await admin.get('/services?cursor=made-up').expect(isProblem(400, 'invalid_request'));
  });

  it('401 without a token, with a wrong one, and with one in a wrong place', async () => {
    await plane.request(0, 'bnk_wrong').get('/services').expect(isProblem(401, 'unauthenticated'));
    await plane.request(0, '').get('/services').expect(isProblem(401, 'unauthenticated'));
    const inQuery = `/services?token=${plane.adminToken}`;
    await plane.request(0, '').get(inQuery).expect(isProblem(401, 'unauthenticated'));
  });

  it('403 for what the role does not include', async () => {
    const admin = plane.request();
    const as = async (role: string) => plane.request(0, (await createToken(admin, role)).token);
    const [viewer, editor, publisher, agent] = await Promise.all(
      ['viewer', 'editor', 'publisher', 'agent'].map(as) as [
        ReturnType<typeof as>,
        ReturnType<typeof as>,
        ReturnType<typeof as>,
        ReturnType<typeof as>,
      ],
    );
    const forbidden = isProblem(403, 'forbidden');
    await viewer.get('/services/shop/environments/dev/config').expect(200);
    await viewer.post('/services').send({ name: 'y' }).expect(forbidden);
    await viewer.put('/services/shop/schema').send({}).expect(forbidden);
    await editor.post(versions).set('if-match', '"1"').send({ content: {} }).expect(forbidden);
    await editor.post('/services').send({ name: 'by-editor' }).expect(201);
    await publisher.post('/environments').send({ name: 'qa' }).expect(forbidden);
    await publisher.post('/tokens').send({ name: 'more', role: 'admin' }).expect(forbidden);
    await agent.get('/services').expect(forbidden);
    await agent.get('/services/shop/environments/dev/instances').expect(forbidden);
    await agent.get('/services/shop/environments/dev/config').expect(200);
  });

  it('403 outside the scope of the token', async () => {
    const { token } = await createToken(plane.request(), 'publisher', {
      services: ['shop'],
      environments: ['dev'],
    });
    const scoped = plane.request(0, token);
    const forbidden = isProblem(403, 'forbidden');
    await scoped.get('/services/shop/environments/dev/config').expect(200);
    await scoped.get('/services/shop/environments/prod/config').expect(forbidden);
    await scoped.get('/services/bank').expect(forbidden);
    await scoped.post('/services/shop/documents/prod/versions').send({ content: {} }).expect(forbidden);
    await scoped.get('/overview?environment=prod').expect(forbidden);
    await scoped
      .post('/services/shop/documents/dev/versions')
      .send({ content: { scoped: true } })
      .expect(201);
  });

  it('403 for what all environments or services share, when the token is for some of them', async () => {
    const forbidden = isProblem(403, 'forbidden');
    const inDev = await createToken(plane.request(), 'admin', { environments: ['dev'] });
    const ofShop = await createToken(plane.request(), 'admin', { services: ['shop'] });
    const dev = plane.request(0, inDev.token);
    // A base document and a schema rule in prod too; another token or environment would have no limits.
    await dev.post(versions).set('if-match', '"1"').send({ content: {} }).expect(forbidden);
    const rollback = '/services/shop/documents/base/rollback';
    await dev.post(rollback).set('if-match', '"1"').send({ to: 1 }).expect(forbidden);
    await dev.put('/services/shop/schema').send({}).expect(forbidden);
    for (const { token } of [inDev, ofShop]) {
      const limited = plane.request(0, token);
      await limited.post('/tokens').send({ name: 'more', role: 'admin' }).expect(forbidden);
      await limited.post('/environments').send({ name: 'mine' }).expect(forbidden);
    }
    await plane.request(0, ofShop.token).get('/services/shop').expect(200);
    await plane.request(0, ofShop.token).post('/services').send({ name: 'third' }).expect(forbidden);
  });

  it('404 for what is not there, for names that can name nothing, and for routes that do not exist', async () => {
    const admin = plane.request();
    const missing = isProblem(404, 'not_found');
    await admin.get('/services/nobody').expect(missing);
    await admin.get('/services/shop/environments/moon/config').expect(missing);
    await admin.get('/services/shop/documents/moon').expect(missing);
    await admin.get('/services/shop/documents/base/versions/99').expect(missing);
    await admin.get('/services/..%2F..%2Fetc').expect(missing);
    await admin.get('/services/SHOP').expect(missing);
    await admin.get('/no/such/route').expect(missing);
    await admin.delete('/tokens/00000000-0000-4000-8000-000000000000').expect(missing);
    await admin.get('/services/bank/environments/dev/config').expect(isProblem(404, 'config_not_published'));
  });

  it('400 for what would be made under a name that it cannot have, with the rule', async () => {
    for (const [kind, body] of Object.entries({ secrets: { value: 'x' }, breakers: { policy: {} } })) {
      const path = `/services/shop/environments/dev/${kind}/UPPER_case`;
      const refused = await plane.request().put(path).send(body).expect(isProblem(400, 'invalid_request'));
      const { detail } = refused.body as { detail: string };
      expect(detail).toMatch(/^\/name: must be 1 to \d+ of a-z/);
      const missing = await plane.request().get(path).expect(isProblem(404, 'not_found'));
      expect((missing.body as { detail: string }).detail).toContain(detail);
    }
  });

  it('409 for a name that is taken', async () => {
    await plane.request().post('/services').send({ name: 'shop' }).expect(isProblem(409, 'already_exists'));
  });

  it('412 for a version that is not the newest, 428 when none is named', async () => {
    const admin = plane.request();
    await admin.post(versions).send({ content: {} }).expect(isProblem(428, 'precondition_required'));
    const conflict = isProblem(412, 'version_conflict');
    await admin
      .post(versions)
      .set('if-match', '1')
      .send({ content: {} })
      .expect(isProblem(400, 'invalid_request'));
    for (const etag of ['"7"', '"0"', '"not-a-version"', '"7", "9"'])
      await admin.post(versions).set('if-match', etag).send({ content: {} }).expect(conflict);
    const first = '/services/bank/documents/base/versions';
    for (const etag of ['"1"', '*'])
      await admin.post(first).set('if-match', etag).send({ content: {} }).expect(conflict);
  });

  it('413 for a document, and for a body before it is read, that is too large', async () => {
    const document = { content: { text: 'x'.repeat(1_100_000) } };
    const request = plane.request().post(versions).set('if-match', '"1"');
    await request.send(document).expect(isProblem(413, 'payload_too_large'));
    for (const [path, bytes] of [
      ['/services', 400_000],
      [versions, 6_000_000],
    ] as const) {
      const head = [
        `POST /api/v1${path} HTTP/1.1`,
        'host: story',
        `authorization: Bearer ${plane.adminToken}`,
        'content-type: application/json',
        `content-length: ${bytes}`,
      ];
      const answer = await rawRequest(plane.api(0).url, `${head.join('\r\n')}\r\n\r\n{`);
      expect([path, answer.status]).toEqual([path, 413]);
      expect(answer.text).toContain('"code":"payload_too_large"');
    }
  });

  it('415 for anything but JSON', async () => {
    const request = plane.request().post('/services').type('text/xml');
    await request.send('<name>shop</name>').expect(isProblem(415, 'unsupported_media_type'));
  });

  it('422 for a content that its schema does not allow, with a pointer and the environment', async () => {
    const admin = plane.request();
    const schema = { type: 'object', properties: { limit: { type: 'integer', maximum: 100 } } };
    await admin.put('/services/shop/schema').send(schema).expect(200);
    const response = await admin
      .post(versions)
      .set('if-match', '"1"')
      .send({ content: { limit: 500 } })
      .expect(isProblem(422, 'invalid_content'));
    const { errors } = response.body as {
      errors: { pointer: string; message: string; environment: string }[];
    };
    expect(errors).toContainEqual(
      expect.objectContaining({
        pointer: '/content/limit',
        environment: 'prod',
        message: expect.stringContaining('100') as string,
      }),
    );
    expect(new Set(errors.map(({ environment }) => environment))).toEqual(
      new Set(['dev', 'staging', 'prod']),
    );
    expect(response.body).toHaveProperty(
      'detail',
      expect.stringMatching(/^\/content\/limit in .*and 2 more\)$/),
    );
    await admin.get('/services/shop/documents/base').expect(200).expect('etag', '"1"');
  });

  it('422 for a schema that is none, and 409 for one that a current configuration breaks', async () => {
    const admin = plane.request();
    await admin
      .put('/services/shop/schema')
      .send({ type: 'no-such-type' })
      .expect(isProblem(422, 'invalid_schema'));
    const strict = { type: 'object', required: ['owner'] };
    await admin.put('/services/shop/schema').send(strict).expect(isProblem(409, 'schema_breaks_config'));
    await admin.put('/services/shop/schema?force=true').send(strict).expect(200);
  });
});

const FOR_ANYONE = new Set([
  'post /api/v1/session',
  'post /api/v1/invitations/accept',
  'post /api/v1/password-resets/use',
]);

describe('what does not need a token', () => {
  it('is /livez, /readyz, /metrics, the API reference and what leads to a session, and nothing else', async () => {
    const root = plane.api(0).url;
    const status = async (path: string) => (await fetch(`${root}${path}`)).status;
    for (const path of ['/livez', '/readyz', '/metrics', '/api/openapi.json', '/api/docs'])
      expect([path, await status(path)]).toEqual([path, 200]);
    const document = (await (await fetch(`${root}/api/openapi.json`)).json()) as {
      openapi: string;
      paths: Record<string, Record<string, object>>;
    };
    expect(document.openapi).toMatch(/^3\.1/);
    const open: string[] = [];
    let tried = 0;
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const method of Object.keys(methods)) {
        const url = `${root}${path.replaceAll(/\{[^}]+\}/g, 'x')}`;
        const response = await fetch(url, { method: method.toUpperCase() });
        tried += 1;
        const isForAnyone = FOR_ANYONE.has(`${method} ${path}`);
        if ((response.status === 401) === isForAnyone) open.push(`${method} ${path}: ${response.status}`);
      }
    }
    expect(open).toEqual([]);
    expect(tried).toBeGreaterThan(25);
  });

  it('tells no tenant in its metrics', async () => {
    const text = await (await fetch(`${plane.api(0).url}/metrics`)).text();
    expect(text).toContain('binnacle_http_request_duration_seconds');
    expect(text).not.toMatch(/shop|bank/);
  });
});

describe('request ids', () => {
  it('are taken from the sender when they are harmless, and made otherwise', async () => {
    const admin = plane.request();
    const given = await admin.get('/services').set('x-request-id', 'mine-1');
    expect(given.headers['x-request-id']).toBe('mine-1');
    // The second answer comes from memory, past most of the server.
    for (const id of ['mine-3', 'mine-4']) {
      const config = await admin.get('/services/shop/environments/dev/config').set('x-request-id', id);
      expect(config.headers['x-request-id']).toBe(id);
    }
    const hostile = await admin.get('/services').set('x-request-id', 'a b <script>');
    expect(hostile.headers['x-request-id']).toMatch(/^[\w-]{36}$/);
    const unknown = await admin
      .get('/nowhere')
      .set('x-request-id', 'mine-2')
      .expect(isProblem(404, 'not_found'));
    expect((unknown.body as { requestId: string }).requestId).toBe('mine-2');
  });

  it('stand in the audit with the change that they made', async () => {
    const registerAs = (name: string, id: string) =>
      plane.request().post('/services').set('x-request-id', id).send({ name }).expect(201);
    const find = (id: string) =>
      plane.database.query<{ action: string; actor: string; request_id: string }>(
        `select action, actor, request_id from audit_entries where request_id like '%' || $1`,
        [id],
      );
    await registerAs('audited', 'audited-1');
    const [first, ...others] = await find('/audited-1');
    expect(first).toMatchObject({ action: 'service.register', actor: 'token:admin' });
    expect(others).toEqual([]);
    // Nobody makes his act look like a part of somebody else's request, not even by the id that we gave that.
    const own = first?.request_id.split('/')[0] ?? '';
    expect(own).toMatch(/^[\da-f-]{36}$/);
    await registerAs('pretended', own);
    await registerAs('repeated', 'audited-1');
    expect((await find(own)).map(({ request_id }) => request_id)).not.toContain(own);
    expect(new Set((await find('/audited-1')).map(({ request_id }) => request_id)).size).toBe(2);
  });
});
