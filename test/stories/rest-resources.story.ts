import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createToken, isProblem, publish, register, type PlaneRequests } from '../harness/request.js';
import { type Plane, startPlane } from '../harness/start-plane.js';

let plane: Plane;

beforeAll(async () => {
  plane = await startPlane();
});
afterAll(() => plane.stop());

interface NamedPage {
  readonly items: readonly { readonly name: string }[];
  readonly nextCursor: string | null;
}

async function pageThrough(requests: PlaneRequests, path: string, start = ''): Promise<string[][]> {
  const pages: string[][] = [];
  let cursor: string | null = start;
  do {
    const from: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const { items, nextCursor } = (await requests.get(`${path}${from}`).expect(200)).body as NamedPage;
    pages.push(items.map(({ name }) => name));
    cursor = nextCursor;
  } while (cursor !== null);
  return pages;
}

describe('lists', () => {
  it('of many services come in pages, each service once and in order, also while more are added', async () => {
    const admin = plane.request();
    const names = Array.from({ length: 45 }, (_, index) => `list-${String(index).padStart(2, '0')}`);
    for (const name of names)
      await register(admin, name, { labels: { team: Number(name.slice(-1)) % 2 ? 'odd' : 'even' } });
    const pages = await pageThrough(admin, '/services?limit=10&search=list-');
    expect(pages.map((page) => page.length)).toEqual([10, 10, 10, 10, 5]);
    expect(pages.flat()).toEqual(names);

    const first = (await admin.get('/services?limit=20&search=list-').expect(200)).body as NamedPage;
    await register(admin, 'list-00-late');
    const rest = await pageThrough(admin, '/services?limit=20&search=list-', first.nextCursor ?? '');
    expect([...first.items.map(({ name }) => name), ...rest.flat()]).toEqual(names);

    const odd = await pageThrough(admin, '/services?limit=7&label=team=odd');
    expect(odd.flat()).toEqual(names.filter((name) => Number(name.slice(-1)) % 2 === 1));
    const both = '/services?label=team=odd&label=team=even';
    expect((await admin.get(both).expect(200)).body).toEqual({ items: [], nextCursor: null });
  });

  it('of revisions and versions come newest first, in pages', async () => {
    const admin = plane.request();
    await register(admin, 'history');
    for (let number = 1; number <= 5; number++) await publish(admin, 'history', 'base', { number });
    const path = '/services/history/environments/dev/revisions?limit=2';
    const seen: number[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const from: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const { body } = await admin.get(`${path}${from}`).expect(200);
      const page = body as { items: { revision: number }[]; nextCursor: string | null };
      seen.push(...page.items.map(({ revision }) => revision));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual([5, 4, 3, 2, 1]);
    const third = await admin.get('/services/history/environments/dev/revisions/3').expect(200);
    expect(third.body).toMatchObject({ revision: 3, content: { number: 3 }, layers: { 'history/base': 3 } });
  });
});

describe('Idempotency-Key', () => {
  it('gives the same answer with one effect, and refuses the key for another request', async () => {
    const admin = plane.request();
    await register(admin, 'once');
    const path = '/services/once/documents/base/versions';
    const key = randomUUID();
    const post = (content: object) => admin.post(path).set('idempotency-key', key).send({ content });
    const first = await post({ limit: 1 }).expect(201);
    const second = await post({ limit: 1 }).expect(201);
    expect(second.text).toBe(first.text);
    expect(second.headers['etag']).toBe(first.headers['etag']);
    await post({ limit: 2 }).expect(isProblem(422, 'idempotency_mismatch'));
    await admin
      .post('/services')
      .set('idempotency-key', key)
      .send({ name: 'z' })
      .expect(isProblem(422, 'idempotency_mismatch'));
    const { body } = await admin.get('/services/once/documents/base/versions').expect(200);
    expect((body as { items: unknown[] }).items).toHaveLength(1);
  });

  it('makes twenty duplicates at the same time one effect', async () => {
    const admin = plane.request();
    const key = randomUUID();
    const posts = Array.from({ length: 20 }, () =>
      admin.post('/services').set('idempotency-key', key).send({ name: 'at-once' }),
    );
    const answers = await Promise.all(posts);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    const audited = await plane.database.query(
      `select number from audit_entries where target = 'service:at-once'`,
    );
    expect(audited).toHaveLength(1);
  });

  it('does not keep an attempt that failed', async () => {
    const admin = plane.request();
    await register(admin, 'failing');
    await admin
      .put('/services/failing/schema')
      .send({ required: ['limit'] })
      .expect(200);
    const post = () =>
      admin
        .post('/services/failing/documents/base/versions')
        .set('idempotency-key', 'failing-1')
        .send({ content: { size: 1 } });
    await post().expect(isProblem(422, 'invalid_content'));
    await admin.put('/services/failing/schema').send({}).expect(200);
    await post().expect(201);
  });
});

describe('environments', () => {
  const order = async () => {
    const { body } = await plane.request().get('/environments').expect(200);
    return (body as NamedPage).items.map(({ name }) => name);
  };

  it('stand in an order, and a new one has a revision of everything at once', async () => {
    const admin = plane.request();
    expect(await order()).toEqual(['dev', 'staging', 'prod']);
    await register(admin, 'everywhere');
    await publish(admin, 'everywhere', 'base', { limit: 1 });
    await admin.post('/environments').send({ name: 'qa', position: 1 }).expect(201);
    expect(await order()).toEqual(['dev', 'qa', 'staging', 'prod']);
    const config = await admin.get('/services/everywhere/environments/qa/config').expect(200);
    expect(config.body).toMatchObject({ revision: 1, content: { limit: 1 } });
    await admin.patch('/environments/prod').send({ position: 0 }).expect(200);
    expect(await order()).toEqual(['prod', 'dev', 'qa', 'staging']);
    await admin.post('/environments').send({ name: 'qa' }).expect(isProblem(409, 'already_exists'));
    await admin.post('/environments').send({ name: 'base' }).expect(isProblem(400, 'invalid_request'));
  });
});

describe('archiving a service', () => {
  it('takes it out of lists, keeps its history and its name, and lets nobody publish', async () => {
    const admin = plane.request();
    await register(admin, 'old');
    await publish(admin, 'old', 'base', { limit: 1 });
    await admin.delete('/services/old').expect(204);
    const listed = (await admin.get('/services?search=old').expect(200)).body as NamedPage;
    expect(listed.items).toEqual([]);
    const archived = (await admin.get('/services?search=old&archived=true').expect(200)).body as NamedPage;
    expect(archived.items.map(({ name }) => name)).toContain('old');
    await admin.get('/services/old/documents/base').expect(200);
    await admin.post('/services').send({ name: 'old' }).expect(isProblem(409, 'already_exists'));
    await admin
      .post('/services/old/documents/base/versions')
      .set('if-match', '"1"')
      .send({ content: {} })
      .expect(isProblem(409, 'in_use'));
  });

  it('is refused while others include it', async () => {
    const admin = plane.request();
    await register(admin, 'needed', { kind: 'shared' });
    await register(admin, 'needing', { includes: ['needed'] });
    await admin.delete('/services/needed').expect(isProblem(409, 'in_use'));
  });
});

describe('another workspace', () => {
  it('sees nothing of this one, and changes nothing in it', async () => {
    const admin = plane.request();
    await register(admin, 'ours', { labels: { secret: 'plan' } });
    await publish(admin, 'ours', 'base', { limit: 1 });
    const ourToken = await createToken(admin, 'viewer');
    const other = plane.request(0, await insertWorkspace());
    const missing = isProblem(404, 'not_found');
    expect((await other.get('/services').expect(200)).body).toEqual({ items: [], nextCursor: null });
    for (const path of [
      '/services/ours',
      '/services/ours/schema',
      '/services/ours/schema/versions',
      '/services/ours/documents/base',
      '/services/ours/documents/base/versions',
      '/services/ours/environments/dev/config',
      '/services/ours/environments/dev/revisions',
      '/services/ours/environments/dev/revisions/1',
      '/services/ours/environments/dev/instances',
      '/services/ours/environments/dev/health',
      '/services/ours/environments/dev/breakers',
      '/services/ours/environments/dev/breakers/any',
      '/environments/staging',
    ])
      await other.get(path).expect(missing);
    await other.patch('/services/ours').send({ owner: 'them' }).expect(missing);
    await other.delete('/services/ours').expect(missing);
    await other.put('/services/ours/schema').send({}).expect(missing);
    await other.post('/services/ours/documents/base/versions').send({ content: {} }).expect(missing);
    await other.post('/services/ours/documents/base/rollback').send({ to: 1 }).expect(missing);
    await other.post('/services/ours/documents/base/validate').send({ content: {} }).expect(missing);
    await other.put('/services/ours/environments/dev/breakers/any').send({ policy: {} }).expect(missing);
    await other.delete(`/tokens/${ourToken.id}`).expect(missing);
    const overview = await other.get('/overview?environment=dev').expect(200);
    expect(overview.body).toEqual({ services: [], nextCursor: null });
    const tokens = (await other.get('/tokens').expect(200)).body as { items: { id: string }[] };
    expect(tokens.items.map(({ id }) => id)).not.toContain(ourToken.id);

    // The same names and the same Idempotency-Key mean other things there.
    const post = (requests: PlaneRequests) =>
      requests.post('/services').set('idempotency-key', 'same').send({ name: 'twin' });
    await post(admin).expect(201);
    await post(other).expect(201);
    await publish(other, 'twin', 'base', { theirs: true });
    await admin.get('/services/twin/environments/dev/config').expect(isProblem(404, 'config_not_published'));
    expect((await admin.get('/services/ours').expect(200)).body).toMatchObject({
      owner: null,
      archivedAt: null,
    });
  });
});

/** A second workspace with one environment, and an administrator's token for it. */
async function insertWorkspace(): Promise<string> {
  const token = `bnk_${randomUUID()}${randomUUID()}`;
  const hash = createHash('sha256').update(token).digest('hex');
  await plane.database.query(`insert into workspaces (id, name) values ('other', 'other')`);
  await plane.database.query(
    `insert into environments (workspace_id, name, position) values ('other', 'dev', 0)`,
  );
  await plane.database.query(
    `insert into tokens (id, workspace_id, name, role, hash, last_four, services, environments, created_by)
     values ($1, 'other', 'theirs', 'admin', $2, $3, '{}', '{}', 'a story')`,
    [randomUUID(), hash, token.slice(-4)],
  );
  return token;
}
