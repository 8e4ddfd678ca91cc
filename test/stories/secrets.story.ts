import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Agent, createAgent } from '@binnacle/agent';
import { eventually } from '../harness/eventually.js';
import { createToken, isProblem, type PlaneRequests, publish, register } from '../harness/request.js';
import { type Plane, startPlane } from '../harness/start-plane.js';

const agents: Agent[] = [];
let plane: Plane;
let admin: PlaneRequests;
let agentToken: string;

beforeAll(async () => {
  plane = await startPlane({ apis: 2, environment: { BINNACLE_FEED_INTERVAL_MS: '300' } });
  admin = plane.request();
  await register(admin, 'shop');
  agentToken = (await createToken(admin, 'agent')).token;
});
afterAll(async () => {
  for (const agent of agents) await agent.close();
  await plane.stop();
});

const secretPath = (name: string, environment = 'dev', service = 'shop') =>
  `/services/${service}/environments/${environment}/secrets/${name}`;
const configPath = (environment = 'dev', service = 'shop') =>
  `/services/${service}/environments/${environment}/config`;
const put = (name: string, value: string, environment = 'dev', service = 'shop') =>
  admin.put(secretPath(name, environment, service)).send({ value });

function connect(
  options: { token?: string; environment?: string; service?: string; index?: number } = {},
): Agent {
  const { token = agentToken, environment = 'dev', service = 'shop', index = 0 } = options;
  const logger = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const url = plane.api(index).url;
  const agent = createAgent({ url, token, service, environment, cacheDir: false, heartbeatMs: 500, logger });
  agents.push(agent);
  return agent;
}

const valueOf = (agent: Agent, key = 'db.password') => agent.config.secret(key)?.reveal();

describe('a secret', () => {
  it('is put, seen without its value, revealed, and put again', async () => {
    const { body, headers } = await put('shown', 'first').expect(200);
    expect(body).toEqual({ name: 'shown', version: 1, revisions: [] });
    expect(headers['etag']).toBe('"1"');
    await put('shown', 'second').expect(200);
    const read = await admin.get(secretPath('shown')).expect(200);
    expect(read.body).toMatchObject({ name: 'shown', version: 2 });
    const listed = await admin.get('/services/shop/environments/dev/secrets').expect(200);
    const versions = await admin.get(`${secretPath('shown')}/versions`).expect(200);
    expect((versions.body as { items: unknown[] }).items).toMatchObject([{ version: 2 }, { version: 1 }]);
    for (const { text } of [read, listed, versions]) expect(text).not.toMatch(/first|second/);
    const revealed = await admin
      .post(`${secretPath('shown')}/reveal`)
      .send({})
      .expect(200);
    expect(revealed.body).toEqual({ name: 'shown', version: 2, value: 'second' });
    expect(revealed.headers['cache-control']).toBe('no-store');
    const older = await admin
      .post(`${secretPath('shown')}/reveal`)
      .send({ version: 1 })
      .expect(200);
    expect(older.body).toMatchObject({ value: 'first' });
    await admin
      .post(`${secretPath('shown')}/reveal`)
      .send({ version: 3 })
      .expect(isProblem(404, 'not_found'));
    const audited = await plane.database.query<{ action: string; detail: string }>(
      `select action, detail from audit_entries where target = 'secret:shop/dev/shown' order by number`,
    );
    expect(audited.map(({ action }) => action)).toEqual([
      'secret.put',
      'secret.put',
      'secret.reveal',
      'secret.reveal',
    ]);
    expect(JSON.stringify(audited)).not.toMatch(/first|second/);
  });

  it('is put over the version that its author saw, if he says which', async () => {
    await put('guarded', 'one').set('if-match', '"0"').expect(200);
    await put('guarded', 'two').set('if-match', '"0"').expect(isProblem(412, 'version_conflict'));
    await put('guarded', 'two').set('if-match', '"1"').expect(200);
    await put('guarded', 'three').set('if-match', '"1"').expect(isProblem(412, 'version_conflict'));
    const { body } = await admin
      .post(`${secretPath('guarded')}/reveal`)
      .send({})
      .expect(200);
    expect(body).toMatchObject({ version: 2, value: 'two' });
  });

  it.each<[string, unknown]>([
    ['an empty value', { value: '' }],
    ['a value that is no text', { value: 5 }],
    ['more than 64 KiB', { value: 'x'.repeat(65_537) }],
    ['more than 64 KiB in UTF-8', { value: 'é'.repeat(40_000) }],
    ['another field', { value: 'x', description: 'y' }],
    ['no value', {}],
  ])('does not take %s', async (_what, body) => {
    const request = admin.put(secretPath('wrong')).send(body as object);
    await request.expect(isProblem(400, 'invalid_request'));
    await admin.get(secretPath('wrong')).expect(404);
  });

  it('belongs to a service and an environment that exist, and to a service that runs', async () => {
    await put('x', 'x', 'nowhere').expect(isProblem(404, 'not_found'));
    await put('x', 'x', 'dev', 'nothing').expect(isProblem(404, 'not_found'));
    await register(admin, 'common', { kind: 'shared' });
    await put('x', 'x', 'dev', 'common').expect(isProblem(400, 'invalid_request'));
  });

  it('is written by publishers, revealed by whom that was granted, and listed by viewers', async () => {
    await put('owned', 'plain').expect(200);
    const as = async (role: string, more: object = {}) =>
      plane.request(0, (await createToken(admin, role, more)).token);
    const forbidden = isProblem(403, 'forbidden');
    const viewer = await as('viewer');
    const editor = await as('editor');
    const publisher = await as('publisher');
    const agent = await as('agent');
    await viewer.get(secretPath('owned')).expect(200);
    await agent.get(secretPath('owned')).expect(forbidden);
    for (const one of [viewer, editor, agent])
      await one.put(secretPath('owned')).send({ value: 'x' }).expect(forbidden);
    await publisher.put(secretPath('owned')).send({ value: 'new' }).expect(200);
    for (const one of [viewer, editor, publisher, agent])
      await one
        .post(`${secretPath('owned')}/reveal`)
        .send({})
        .expect(forbidden);
    const trusted = await as('viewer', { permissions: ['secrets:reveal'] });
    await trusted
      .post(`${secretPath('owned')}/reveal`)
      .send({})
      .expect(200);
  });
});

describe('a config that refers to a secret', () => {
  it('needs the secret to be there', async () => {
    const content = { db: { password: { $secret: 'not-yet' } } };
    const answer = await admin
      .post('/services/shop/documents/staging/versions')
      .send({ content })
      .expect(isProblem(422, 'invalid_content'));
    expect((answer.body as { errors: unknown[] }).errors).toMatchObject([
      {
        pointer: '/content/db/password',
        environment: 'staging',
        message: expect.stringContaining('not-yet'),
      },
    ]);
    const mixed = { db: { password: { $secret: 'shown', port: 1 } } };
    const request = admin.post('/services/shop/documents/staging/versions').send({ content: mixed });
    await request.expect(isProblem(422, 'invalid_content'));
  });

  it('brings the value to agents, and each new version as a revision of its own', async () => {
    await put('db-password', 'for-dev-1').expect(200);
    await publish(admin, 'shop', 'dev', { db: { host: 'db-1', password: { $secret: 'db-password' } } });
    const [one, two] = [connect(), connect({ index: 1 })];
    await eventually(() => {
      for (const agent of [one, two]) expect(valueOf(agent)).toBe('for-dev-1');
    });
    const { revision, hash } = one.config.status();
    const { body } = await put('db-password', 'for-dev-2').expect(200);
    expect(body).toMatchObject({ version: 2, revisions: [{ service: 'shop', environment: 'dev' }] });
    await eventually(() => {
      for (const agent of [one, two]) expect(valueOf(agent)).toBe('for-dev-2');
    });
    expect(one.config.status()).toMatchObject({ revision: (revision ?? 0) + 1, hash });
    await admin.delete(secretPath('db-password')).expect(isProblem(409, 'in_use'));
  });

  it('gives its values over REST to agents alone, in an answer that nothing keeps', async () => {
    const agent = plane.request(0, agentToken);
    const viewer = plane.request(0, (await createToken(admin, 'viewer')).token);
    const full = await agent.get(configPath()).expect(200);
    expect(full.body).toMatchObject({
      content: { db: { password: { $secret: 'db-password' } } },
      secrets: { 'db-password': 'for-dev-2' },
    });
    expect(full.headers['cache-control']).toBe('no-store');
    for (const other of [viewer, admin]) {
      for (const path of [configPath(), `${configPath()}?explain=true`, `${configPath()}?wait=1`]) {
        const seen = await other.get(path).expect(200);
        expect(seen.body).not.toHaveProperty('secrets');
        expect(seen.text).not.toContain('for-dev');
      }
    }
    const seen = await viewer.get(configPath()).expect(200);
    expect(seen.headers['etag']).not.toBe(full.headers['etag']);
    await agent
      .get(configPath())
      .set('if-none-match', full.headers['etag'] ?? '')
      .expect(304);
    await agent
      .get(configPath())
      .set('if-none-match', seen.headers['etag'] ?? '')
      .expect(200);
    const elsewhere = plane.request(0, (await createToken(admin, 'agent', { environments: ['prod'] })).token);
    await elsewhere.get(configPath()).expect(isProblem(403, 'forbidden'));
  });

  it('ends a long poll when the value changes', async () => {
    const agent = plane.request(1, agentToken);
    const { headers } = await agent.get(configPath()).expect(200);
    const polled = agent
      .get(`${configPath()}?wait=20`)
      .set('if-none-match', headers['etag'] ?? '')
      .expect(200);
    const [answer] = await Promise.all([polled, put('db-password', 'for-dev-3').expect(200)]);
    expect(answer.body).toMatchObject({ secrets: { 'db-password': 'for-dev-3' } });
  });

  it('keeps its values from a connection that may not have them', async () => {
    const agent = connect({ token: plane.adminToken });
    await eventually(() => expect(agent.config.status().rejected?.reason).toContain('db-password'));
    expect(agent.config.secret('db.password')).toBeUndefined();
  });

  it('finds the values of each service that includes it, in each environment', async () => {
    await register(admin, 'database-defaults', { kind: 'shared' });
    await publish(admin, 'database-defaults', 'base', { db: { password: { $secret: 'shared-password' } } });
    for (const name of ['north', 'south']) {
      await register(admin, name);
      for (const environment of ['dev', 'staging', 'prod'])
        await put('shared-password', `${name}-${environment}`, environment, name).expect(200);
      await admin
        .patch(`/services/${name}`)
        .send({ includes: ['database-defaults'] })
        .expect(200);
    }
    const north = connect({ service: 'north', environment: 'prod' });
    const south = connect({ service: 'south', environment: 'staging' });
    await eventually(() => expect([valueOf(north), valueOf(south)]).toEqual(['north-prod', 'south-staging']));
  });

  it('lets the secret go when it no longer refers to it', async () => {
    await publish(admin, 'shop', 'dev', { db: { host: 'db-2' } });
    await admin.delete(secretPath('db-password')).expect(204);
    await admin.get(secretPath('db-password')).expect(404);
    await admin.delete(secretPath('db-password')).expect(isProblem(404, 'not_found'));
    const back = admin.post('/services/shop/documents/dev/rollback').set('if-match', '*').send({ to: 1 });
    await back.expect(isProblem(422, 'invalid_content'));
    const { body } = await put('db-password', 'again').expect(200);
    expect(body).toMatchObject({ version: 4 });
  });
});

describe('a schema', () => {
  it('holds for a reference what holds for a text that it cannot see', async () => {
    await register(admin, 'checked');
    const password = { type: 'string', minLength: 30 };
    const schema = { type: 'object', properties: { password, port: { type: 'integer' } } };
    await admin.put('/services/checked/schema').send(schema).expect(200);
    for (const environment of ['dev', 'staging', 'prod'])
      await put('p', 'x', environment, 'checked').expect(200);
    await publish(admin, 'checked', 'base', { password: { $secret: 'p' } });
    const { body } = await admin
      .post('/services/checked/documents/base/validate')
      .send({ content: { port: { $secret: 'p' } } })
      .expect(200);
    expect(body).toMatchObject({ valid: false, errors: [{ pointer: '/content/port' }, {}, {}] });
  });

  it('that was forced over a config holds up none of its secrets', async () => {
    await admin
      .put('/services/checked/schema?force=true')
      .send({ required: ['never'] })
      .expect(200);
    const { body } = await put('p', 'y', 'dev', 'checked').expect(200);
    expect(body).toMatchObject({ revisions: [{ service: 'checked', environment: 'dev', revision: 2 }] });
  });
});

describe('in a protected environment', () => {
  it('a new version waits, as every revision does', async () => {
    await register(admin, 'bank');
    await put('pin', 'old-pin', 'prod', 'bank').expect(200);
    await publish(admin, 'bank', 'prod', { pin: { $secret: 'pin' } });
    const agent = connect({ service: 'bank', environment: 'prod' });
    await eventually(() => expect(valueOf(agent, 'pin')).toBe('old-pin'));
    await admin.patch('/environments/prod').send({ protected: true }).expect(200);
    const { body } = await put('pin', 'new-pin', 'prod', 'bank').expect(200);
    const [waiting] = (body as { revisions: { state: string; approval: string }[] }).revisions;
    expect(waiting).toMatchObject({ state: 'awaiting_approval' });
    const config = await plane.request(0, agentToken).get(configPath('prod', 'bank')).expect(200);
    expect(config.body).toMatchObject({ secrets: { pin: 'old-pin' } });
    expect(valueOf(agent, 'pin')).toBe('old-pin');
    const second = plane.request(0, (await createToken(admin, 'publisher')).token);
    await second.post(`/approvals/${waiting?.approval}/approve`).send({}).expect(200);
    await eventually(() => expect(valueOf(agent, 'pin')).toBe('new-pin'));
  });
});
