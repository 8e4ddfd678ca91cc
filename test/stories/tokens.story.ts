import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../harness/eventually.js';
import { Journal } from '../harness/journal.js';
import { rawRequest } from '../harness/raw-request.js';
import { createToken, isProblem, publish, register } from '../harness/request.js';
import { type Plane, startPlane } from '../harness/start-plane.js';
import { TestAgent } from '../harness/test-agent.js';

/** Of the environment below, and what a look-up of a token is believed for. */
const REAUTHORIZE_MS = 500;
const BELIEVED_MS = 3_000;
const SLACK_MS = 1_500;
/** Long enough to connect before. */
const LIFE_MS = 4_000;

const journal = new Journal();
const agents: TestAgent[] = [];
let plane: Plane;

beforeAll(async () => {
  const environment = { BINNACLE_REAUTHORIZE_MS: String(REAUTHORIZE_MS), BINNACLE_FEED_INTERVAL_MS: '300' };
  plane = await startPlane({ apis: 2, environment });
  await register(plane.request(), 'shop');
  await publish(plane.request(), 'shop', 'base', { limit: 1 });
});
afterAll(async () => {
  for (const agent of agents) agent.close();
  await plane.stop();
});

async function connect(id: string, token: string, index: number): Promise<TestAgent> {
  const about = { service: 'shop', environment: 'dev', journal, reconnects: false };
  const agent = await TestAgent.connect({ ...about, id, token, url: plane.api(index).url });
  agents.push(agent);
  return agent;
}

/** Agents with this token at both processes, which run the newest revision. */
async function connectBoth(name: string, token: string): Promise<TestAgent[]> {
  const pair = await Promise.all([0, 1].map((index) => connect(`${name}-${index}`, token, index)));
  await eventually(() => pair.forEach((agent) => expect(agent.have).not.toBeNull()));
  return pair;
}

describe('a token', () => {
  it('is shown once, and never again', async () => {
    const { id, token } = await createToken(plane.request(), 'viewer');
    expect(token).toMatch(/^bnk_[\w-]{43}$/);
    const { body, text } = await plane.request().get('/tokens').expect(200);
    expect((body as { items: { id: string; lastFour: string }[] }).items).toContainEqual(
      expect.objectContaining({ id, lastFour: token.slice(-4), role: 'viewer' }),
    );
    expect(text).not.toContain(token);
    const rows = await plane.database.query<{ everything: string }>(
      `select (select string_agg(t::text, ' ') from tokens t)
         || (select string_agg(a::text, ' ') from audit_entries a)
         || coalesce((select string_agg(k::text, ' ') from idempotency_keys k), '') as everything`,
    );
    expect(rows[0]?.everything).not.toContain(token);
    expect(plane.apis.flatMap(({ logs }) => logs).join('\n')).not.toContain(token);
  });

  it('that may not publish does not change configs by including a shared service either', async () => {
    const admin = plane.request();
    await register(admin, 'hidden-defaults', { kind: 'shared' });
    const editor = plane.request(0, (await createToken(admin, 'editor')).token);
    const change = { includes: ['hidden-defaults'] };
    await editor.patch('/services/shop').send(change).expect(isProblem(403, 'forbidden'));
    await editor
      .post('/services')
      .send({ name: 'sly', ...change })
      .expect(isProblem(403, 'forbidden'));
    await editor.patch('/services/shop').send({ owner: 'team-a' }).expect(200);
    const limited = await createToken(admin, 'publisher', { services: ['shop'] });
    await plane
      .request(0, limited.token)
      .patch('/services/shop')
      .send(change)
      .expect(isProblem(403, 'forbidden'));
  });

  it('does not get beyond its scope by naming an environment in the query', async () => {
    const admin = plane.request();
    const scope = { environments: ['dev'] };
    const publisher = plane.request(0, (await createToken(admin, 'publisher', scope)).token);
    const limitedAdmin = plane.request(0, (await createToken(admin, 'admin', scope)).token);
    const forbidden = isProblem(403, 'forbidden');
    for (const query of ['', '?environment=dev']) {
      const base = `/services/shop/documents/base/versions${query}`;
      await publisher
        .post(base)
        .set('if-match', '*')
        .send({ content: { limit: 9 } })
        .expect(forbidden);
      await limitedAdmin.post(`/tokens${query}`).send({ name: 'all', role: 'admin' }).expect(forbidden);
      await limitedAdmin.post(`/environments${query}`).send({ name: 'qa' }).expect(forbidden);
      await publisher.delete(`/services/shop${query}`).expect(forbidden);
    }
    await publisher.get('/overview?environment=dev').expect(200);
    await publisher.get('/overview?environment=prod').expect(forbidden);
  });

  it('is asked for before a body is read', async () => {
    const head = 'POST /api/v1/services HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n';
    const answer = await rawRequest(plane.api(0).url, `${head}content-length: 100000\r\n\r\n{"name":`);
    expect(answer.status).toBe(401);
  });

  it('is what a socket needs, in every namespace', async () => {
    const socket = io(plane.api(0).url, { transports: ['websocket'], reconnection: false });
    const refusal = await new Promise<Error>((resolve) => socket.once('connect_error', resolve));
    socket.close();
    expect(refusal.message).toContain('/agents');
  });

  it('ends when its time is over, for requests and for open sockets', async () => {
    const expiresAt = new Date(Date.now() + LIFE_MS).toISOString();
    const { token } = await createToken(plane.request(), 'agent', { expiresAt });
    const open = await connectBoth('expiring', token);
    const config = '/services/shop/environments/dev/config';
    await plane.request(0, token).get(config).expect(200);
    await eventually(() => open.forEach((agent) => expect(agent.isConnected).toBe(false)), {
      timeoutMs: LIFE_MS + REAUTHORIZE_MS + SLACK_MS,
    });
    await plane.request(1, token).get(config).expect(isProblem(401, 'unauthenticated'));
    await expect(connect('expired', token, 0)).rejects.toThrow('unauthenticated');
    const past = { name: 'late', role: 'viewer', expiresAt: new Date(Date.now() - 1_000).toISOString() };
    await plane.request().post('/tokens').send(past).expect(isProblem(400, 'invalid_request'));
  });
});

describe('a token that is revoked while its sockets are open', () => {
  const revokeAndWait = async (name: string) => {
    const revoked = await createToken(plane.request(), 'agent');
    const kept = await createToken(plane.request(), 'agent');
    const open = await connectBoth(`${name}-revoked`, revoked.token);
    const others = await connectBoth(`${name}-kept`, kept.token);
    await plane.request(0).delete(`/tokens/${revoked.id}`).expect(204);
    await eventually(() => open.forEach((agent) => expect(agent.isConnected).toBe(false)), {
      timeoutMs: REAUTHORIZE_MS + SLACK_MS,
    });
    const before = open.map((agent) => agent.have?.revision);
    await publish(plane.request(0), 'shop', 'base', { limit: `after ${name}` });
    // When the others have it, those that were closed would have had it too.
    const newest = (await plane.request(0).get('/services/shop/environments/dev/config')).body as {
      revision: number;
    };
    await eventually(() => others.forEach((agent) => expect(agent.have?.revision).toBe(newest.revision)));
    expect(open.map((agent) => agent.have?.revision)).toEqual(before);
    expect(others.every((agent) => agent.isConnected)).toBe(true);
    return revoked.token;
  };

  it('loses them on every process, gets no later push, and is not let in again', async () => {
    const token = await revokeAndWait('redis');
    for (const index of [0, 1]) {
      const config = '/services/shop/environments/dev/config';
      await eventually(
        () => plane.request(index, token).get(config).expect(isProblem(401, 'unauthenticated')),
        {
          timeoutMs: BELIEVED_MS + SLACK_MS,
        },
      );
      await expect(connect(`again-${index}`, token, index)).rejects.toThrow('unauthenticated');
    }
  });

  it('loses them also while Redis is away', async () => {
    await plane.redis.kill('SIGKILL');
    try {
      await revokeAndWait('no-redis');
    } finally {
      await plane.redis.start();
    }
  });

  it('cannot be revoked twice, nor by another workspace or role', async () => {
    const { id } = await createToken(plane.request(), 'viewer');
    const publisher = await createToken(plane.request(), 'publisher');
    await plane.request(0, publisher.token).delete(`/tokens/${id}`).expect(isProblem(403, 'forbidden'));
    await plane.request().delete(`/tokens/${id}`).expect(204);
    await plane.request().delete(`/tokens/${id}`).expect(isProblem(404, 'not_found'));
  });
});
