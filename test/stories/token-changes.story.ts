import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAX_TOKENS } from '@binnacle/contracts';
import { plantPerson, withCsrfToken } from '../harness/access/callers.js';
import { eventually } from '../harness/eventually.js';
import { Journal } from '../harness/journal.js';
import { createToken, isProblem, publish, register } from '../harness/request.js';
import { type Plane, startPlane } from '../harness/start-plane.js';
import { TestAgent } from '../harness/test-agent.js';

const REAUTHORIZE_MS = 500;
/** Of a look-up, and what a busy machine may add. */
const BELIEVED_MS = 3_000;
const SLACK_MS = 1_500;
const CONFIG = '/services/shop/environments/dev/config';

const journal = new Journal();
const agents: TestAgent[] = [];
let plane: Plane;

beforeAll(async () => {
  const environment = { BINNACLE_REAUTHORIZE_MS: String(REAUTHORIZE_MS), BINNACLE_FEED_INTERVAL_MS: '300' };
  plane = await startPlane({ apis: 2, environment });
  for (const name of ['depot', 'shop', 'till']) {
    await register(plane.request(), name);
    await publish(plane.request(), name, 'base', { limit: 1 });
  }
});
afterAll(async () => {
  for (const agent of agents) agent.close();
  await plane.stop();
});

async function connectBoth(service: string, token: string): Promise<TestAgent[]> {
  const about = { service, environment: 'dev', journal, reconnects: false, token };
  const pair = await Promise.all(
    [0, 1].map((index) =>
      TestAgent.connect({ ...about, id: `${service}-${agents.length}-${index}`, url: plane.api(index).url }),
    ),
  );
  agents.push(...pair);
  return pair;
}

async function areClosed(closed: readonly TestAgent[]): Promise<void> {
  await eventually(() => closed.forEach((agent) => expect(agent.isConnected).toBe(false)), {
    timeoutMs: REAUTHORIZE_MS + SLACK_MS,
  });
}

describe('a token that is narrowed', () => {
  const narrowAndWait = async () => {
    const { id, token } = await createToken(plane.request(), 'agent', { services: ['shop', 'till'] });
    const [beyond, within] = [await connectBoth('till', token), await connectBoth('shop', token)];
    await plane
      .request()
      .patch(`/tokens/${id}`)
      .send({ services: ['shop'] })
      .expect(200);
    await areClosed(beyond);
    expect(within.every((agent) => agent.isConnected)).toBe(true);
    await eventually(
      () =>
        plane
          .request(1, token)
          .get('/services/till/environments/dev/config')
          .expect(isProblem(403, 'forbidden')),
      { timeoutMs: BELIEVED_MS + SLACK_MS },
    );
    await plane.request(1, token).get(CONFIG).expect(200);
    // A role that may not connect at all.
    await plane.request().patch(`/tokens/${id}`).send({ role: 'viewer' }).expect(200);
    await areClosed(within);
  };

  it('loses the sockets that go beyond it on every process, and keeps the others', narrowAndWait);

  it('lists only what it may see, page by page', async () => {
    const admin = plane.request();
    const scope = { services: ['shop', 'depot'], environments: ['dev'] };
    const { token } = await createToken(admin, 'viewer', scope);
    const narrowed = plane.request(0, token);
    const first = (await narrowed.get('/services?limit=1').expect(200)).body as Listed;
    const second = (await narrowed.get(`/services?limit=1&cursor=${first.nextCursor}`).expect(200))
      .body as Listed;
    expect([...first.items, ...second.items].map(({ name }) => name)).toEqual(['depot', 'shop']);
    expect(second.nextCursor).toBeNull();
    const overview = (await narrowed.get('/overview?environment=dev').expect(200)).body as {
      services: { name: string }[];
    };
    expect(overview.services.map(({ name }) => name)).toEqual(['depot', 'shop']);
    const environments = (await narrowed.get('/environments').expect(200)).body as Listed;
    expect(environments.items.map(({ name }) => name)).toEqual(['dev']);
    await narrowed.get('/services/till').expect(isProblem(403, 'forbidden'));
    await narrowed.get('/environments/prod').expect(isProblem(403, 'forbidden'));
    const all = (await admin.get('/services').expect(200)).body as Listed;
    expect(all.items.map(({ name }) => name)).toEqual(['depot', 'shop', 'till']);
  });

  it('loses them also while Redis is away', async () => {
    await plane.redis.kill('SIGKILL');
    try {
      await narrowAndWait();
    } finally {
      await plane.redis.start();
    }
  });
});

interface Listed {
  readonly items: readonly { readonly name: string }[];
  readonly nextCursor: string | null;
}

describe('a token that is rotated', () => {
  it('works beside the new one for the overlap, and then no more', async () => {
    const { id, token } = await createToken(plane.request(), 'agent', { services: ['shop'] });
    const open = await connectBoth('shop', token);
    const answer = await plane.request().post(`/tokens/${id}/rotate`).send({ overlapSeconds: 2 }).expect(201);
    const rotated = answer.body as { id: string; token: string; previous: { id: string; expiresAt: string } };
    expect(rotated).toMatchObject({
      name: 'a agent',
      role: 'agent',
      services: ['shop'],
      rotatedFrom: id,
      expiresAt: null,
      previous: { id },
    });
    expect(rotated.token).toMatch(/^bnk_[\w-]{43}$/);
    for (const each of [token, rotated.token]) await plane.request(0, each).get(CONFIG).expect(200);
    expect(open.every((agent) => agent.isConnected)).toBe(true);
    await eventually(() => plane.request(1, token).get(CONFIG).expect(isProblem(401, 'unauthenticated')));
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(rotated.previous.expiresAt));
    await areClosed(open);
    await plane.request(1, rotated.token).get(CONFIG).expect(200);
    await plane.request().post(`/tokens/${id}/rotate`).send({}).expect(isProblem(404, 'not_found'));
  });

  it('is not rotated again, but the one that took its place, whose secret nobody has kept', async () => {
    const { id } = await createToken(plane.request(), 'viewer');
    const send = (which: string) => {
      const request = plane.request().post(`/tokens/${which}/rotate`).set('idempotency-key', 'the-same');
      return request.send({ overlapSeconds: 60 });
    };
    const rotate = async (which: string) =>
      (await send(which).expect(201)).body as { id: string; token: string; expiresAt: string | null };
    const first = await rotate(id);
    const refused = await send(id).expect(isProblem(409, 'already_rotated'));
    expect((refused.body as { detail: string }).detail).toContain(`rotate ${first.id}`);
    const second = await rotate(first.id);
    expect([first.expiresAt, second.expiresAt]).toEqual([null, null]);
    await plane.request().delete(`/tokens/${first.id}`).expect(204);
    const over = await send(id).expect(isProblem(409, 'already_rotated'));
    expect((over.body as { detail: string }).detail).toContain('make a new one');
    const [row] = await plane.database.query<{ everything: string }>(
      `select concat((select string_agg(t::text, ' ') from tokens t), (select string_agg(a::text, ' ') from audit_entries a),
         (select string_agg(k::text, ' ') from idempotency_keys k)) as everything`,
    );
    for (const { token } of [first, second]) expect(row?.everything).not.toContain(token);
  });
});

describe('a token', () => {
  it('is changed only to what exists and lies ahead', async () => {
    const admin = plane.request();
    const { id } = await createToken(admin, 'viewer');
    const wrong = { services: ['shop', 'nowhere'], environments: ['nowhen'] };
    const refused = await admin.patch(`/tokens/${id}`).send(wrong).expect(isProblem(400, 'invalid_request'));
    expect(refused.body).toMatchObject({
      errors: [{ pointer: '/services/1' }, { pointer: '/environments/0' }],
    });
    const body = { name: 'x', role: 'viewer', ...wrong };
    await admin.post('/tokens').send(body).expect(isProblem(400, 'invalid_request'));
    const late = { expiresAt: new Date(Date.now() - 1_000).toISOString() };
    await admin.patch(`/tokens/${id}`).send(late).expect(isProblem(400, 'invalid_request'));
    const changed = { name: 'renamed', permissions: ['audit:read'], environments: ['dev'] };
    await admin.patch(`/tokens/${id}`).send(changed).expect(200);
    const read = await admin.get(`/tokens/${id}`).expect(200);
    expect(read.body).toMatchObject({ ...changed, role: 'viewer', services: [], expiresAt: null });
    await admin.delete(`/tokens/${id}`).expect(204);
    await admin.patch(`/tokens/${id}`).send({ name: 'again' }).expect(isProblem(404, 'not_found'));
    const entries = await plane.database.query<{ action: string; detail: string }>(
      'select action, detail from audit_entries where target = $1 order by number',
      [`token:${id}`],
    );
    expect(entries.map(({ action }) => action)).toEqual(['token.create', 'token.change', 'token.revoke']);
    expect(JSON.parse(entries[1]?.detail ?? '')).toMatchObject({
      diff: expect.arrayContaining([{ op: 'replace', path: '/name', value: 'renamed' }]),
    });
  });

  it('says when it was used, and who answers for it', async () => {
    const admin = plane.request();
    const { id, token } = await createToken(admin, 'admin');
    const used = plane.request(0, token);
    const made = await createToken(used, 'viewer');
    await eventually(async () => {
      const { body } = await admin.get(`/tokens/${id}`).expect(200);
      expect(Date.parse((body as { lastUsedAt: string }).lastUsedAt)).toBeGreaterThan(Date.now() - 60_000);
    });
    const rows = await plane.database.query<{ identity: string }>(
      'select identity from tokens where id = any($1)',
      [[id, made.id]],
    );
    expect(rows).toEqual([{ identity: `token:${id}` }, { identity: `token:${id}` }]);
    const fields = { workspaceId: 'default', grants: [{ role: 'admin' as const }], label: 'ann' };
    const planted = await plantPerson(plane.database, fields);
    const { url } = plane.api(0);
    const { headers } = await withCsrfToken(planted, url);
    const answer = await fetch(`${url}/api/v1/tokens`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'of a person', role: 'admin' }),
    });
    const ofPerson = (await answer.json()) as { id: string; token: string };
    const ofToken = await createToken(plane.request(1, ofPerson.token), 'viewer');
    const persons = await plane.database.query<{ identity: string }>(
      'select distinct identity from tokens where id = any($1)',
      [[ofPerson.id, ofToken.id]],
    );
    expect(persons).toEqual([{ identity: `user:${planted.userId}` }]);
  });

  it('and its sockets end when the workspace is archived', async () => {
    const { token } = await createToken(plane.request(), 'agent');
    const open = await connectBoth('shop', token);
    // Nobody announces it: what open sockets stand on is looked at again and again.
    await plane.database.query("update workspaces set archived_at = now() where id = 'default'");
    try {
      await areClosed(open);
      await eventually(() => plane.request(0, token).get(CONFIG).expect(isProblem(401, 'unauthenticated')));
    } finally {
      await plane.database.query("update workspaces set archived_at = null where id = 'default'");
    }
  });

  it('that ends while it waits for something newer is not told the secrets that came after', async () => {
    const admin = plane.request();
    const { id, token } = await createToken(admin, 'agent');
    const putSecret = (value: string) =>
      admin.put('/services/depot/environments/dev/secrets/key').send({ value }).expect(200);
    await putSecret('told-to-it');
    await publish(admin, 'depot', 'dev', { key: { $secret: 'key' } });
    const path = '/services/depot/environments/dev/config';
    const agent = plane.request(1, token);
    const read = async () => {
      const answer = await agent.get(path).expect(200);
      expect(answer.body).toMatchObject({ secrets: { key: 'told-to-it' } });
      return answer.headers['etag'] ?? '';
    };
    await eventually(read);
    let isAnswered = false;
    const request = agent.get(`${path}?wait=30`).set('if-none-match', await read());
    const polled = request.then((answer) => {
      isAnswered = true;
      return answer;
    });
    // By then it waits: what came before is served before.
    for (let time = 0; time < 3; time++) await read();
    await admin.delete(`/tokens/${id}`).expect(204);
    await eventually(() => agent.get(path).expect(isProblem(401, 'unauthenticated')));
    expect(isAnswered).toBe(false);
    await putSecret('kept-from-it');
    const answer = await polled;
    isProblem(401, 'unauthenticated')(answer);
    expect(answer.text).not.toContain('kept-from-it');
  });

  it('is one too many beyond the limit', async () => {
    await plane.database.query(
      `insert into tokens (id, workspace_id, name, role, hash, last_four, created_by)
       select gen_random_uuid(), 'default', 'filler', 'viewer', 'filler-' || n, 'last', 'story'
       from generate_series(1, $1) as n`,
      [MAX_TOKENS],
    );
    const body = { name: 'x', role: 'viewer' };
    await plane.request().post('/tokens').send(body).expect(isProblem(422, 'too_many'));
    await plane.database.query("delete from tokens where name = 'filler'");
    await plane.request().post('/tokens').send(body).expect(201);
  });
});
