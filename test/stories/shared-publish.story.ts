import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../harness/eventually.js';
import { createToken, isProblem, type PlaneRequests, publish, register } from '../harness/request.js';
import { type Plane, startPlane } from '../harness/start-plane.js';

const DEPENDENTS = 500;
const ENVIRONMENTS = ['dev', 'staging', 'prod'];
const AT_ONCE = 8;
const DOCUMENT = '/services/common/documents/base';

interface Revision {
  readonly service: string;
  readonly environment: string;
  readonly revision: number;
  readonly state: string;
}

interface Preview {
  readonly valid: boolean;
  readonly errors: readonly { message: string }[];
  readonly gates: readonly { kind: string; service?: string; environment?: string }[];
  readonly changes: readonly (Revision & {
    from: number | null;
    added: number;
    changed: number;
    removed: number;
  })[];
  readonly total: number;
  readonly truncated: boolean;
  readonly diff: { readonly patch: readonly object[] } | null;
}

let plane: Plane;
let admin: PlaneRequests;

beforeAll(async () => {
  plane = await startPlane({ apis: 2 });
  admin = plane.request();
  await register(admin, 'common', { kind: 'shared' });
  const names = Array.from({ length: DEPENDENTS }, (_, number) => `user-${number}`);
  await Promise.all(
    Array.from({ length: AT_ONCE }, async (_, first) => {
      for (let index = first; index < names.length; index += AT_ONCE) {
        const name = names[index] ?? '';
        await register(admin, name, { includes: ['common'] });
        // Half of them say something themselves.
        if (index % 2 === 0) await publish(admin, name, 'base', { name });
      }
    }),
  );
  await publish(admin, 'common', 'base', { generation: 0, kept: true });
});
afterAll(() => plane.stop());

async function etag(requests = admin): Promise<string> {
  return (await requests.get(DOCUMENT).expect(200)).headers['etag'] ?? '';
}

async function previewOf(requests: PlaneRequests, content: object): Promise<Preview> {
  return (await requests.post(`${DOCUMENT}/preview`).send({ content }).expect(200)).body as Preview;
}

const sorted = (revisions: readonly Revision[]) =>
  revisions
    .map(({ service, environment, revision, state }) => `${service}/${environment} ${revision} ${state}`)
    .sort();

/** The generations that effective configs are of, with how many there are of each. */
async function generations(): Promise<Record<string, number>> {
  const rows = await plane.database.query<{ generation: string; count: string }>(
    `select r.content::jsonb ->> 'generation' as generation, count(*)
     from config_heads h join revisions r on r.workspace_id = h.workspace_id and r.service = h.service
       and r.environment = h.environment and r.number = h.revision
     where h.released = h.revision group by 1`,
  );
  return Object.fromEntries(rows.map(({ generation, count }) => [generation, Number(count)]));
}

async function versions(): Promise<number> {
  const [row] = await plane.database.query<{ number: number }>(
    `select current_version as number from documents where service = 'common' and layer = 'base'`,
  );
  return row?.number ?? 0;
}

describe('publishing what 500 services include', () => {
  const total = DEPENDENTS * ENVIRONMENTS.length;

  it('is foretold service by service, and does just that', async () => {
    const content = { generation: 1, more: 'yes' };
    const preview = await previewOf(admin, content);
    expect(preview).toMatchObject({ valid: true, errors: [], gates: [], total, truncated: false });
    expect(
      preview.changes.filter(({ added, changed, removed }) => added === 1 && changed === 1 && removed === 1),
    ).toHaveLength(total);
    expect(preview.diff?.patch).toHaveLength(3);
    expect(await generations()).toEqual({ 0: total });
    const { body } = await admin
      .post(`${DOCUMENT}/versions`)
      .set('if-match', await etag())
      .send({ content })
      .expect(201);
    expect(sorted((body as { revisions: Revision[] }).revisions)).toEqual(sorted(preview.changes));
    expect(await generations()).toEqual({ 1: total });
  });

  it('tells who sees few of them how many there are, and no more', async () => {
    const { token } = await createToken(admin, 'viewer', { services: ['common', 'user-1', 'user-2'] });
    const preview = await previewOf(plane.request(0, token), { generation: 1.5 });
    expect(new Set(preview.changes.map(({ service }) => service))).toEqual(new Set(['user-1', 'user-2']));
    expect(preview).toMatchObject({ total, truncated: true });
  });

  it('is refused as a whole when one of them would break', async () => {
    const schema = { properties: { generation: { maximum: 5 } } };
    await admin.put('/services/user-77/schema').send(schema).expect(200);
    expect(await previewOf(admin, { generation: 6 })).toMatchObject({ valid: false });
    const { body } = await admin
      .post(`${DOCUMENT}/versions`)
      .set('if-match', await etag())
      .send({ content: { generation: 6 } })
      .expect(isProblem(422, 'invalid_content'));
    expect((body as { errors: object[] }).errors).toContainEqual(
      expect.objectContaining({ service: 'user-77', environment: 'prod', pointer: '/content/generation' }),
    );
    expect(await generations()).toEqual({ 1: total });
  });

  it('leaves nothing of itself when its process dies in the midst', async () => {
    const before = await versions();
    const blocker = new pg.Client({ connectionString: plane.database.url });
    await blocker.connect();
    try {
      await blocker.query('begin');
      // The last thing that a publish writes waits for this: everything else is written by then.
      await blocker.query(`select from config_heads where service = 'user-499' for update`);
      const answer = plane
        .request(0)
        .post(`${DOCUMENT}/versions`)
        .set('if-match', await etag(plane.request(1)))
        .send({ content: { generation: 2 } })
        .then(
          ({ status }) => status,
          () => 'cut off',
        );
      await eventually(async () => {
        const waiting = await plane.database.query(
          `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
        );
        expect(waiting).toHaveLength(1);
      });
      await plane.api(0).kill();
      expect(await answer).toBe('cut off');
    } finally {
      await blocker.query('rollback');
      await blocker.end();
    }
    await eventually(async () => {
      const open = await plane.database.query(
        `select 1 from pg_stat_activity where datname = current_database() and state <> 'idle' and pid <> pg_backend_pid()`,
      );
      expect(open).toEqual([]);
    });
    expect(await versions()).toBe(before);
    expect(await generations()).toEqual({ 1: total });
    await plane.api(0).start();
  });

  it('is there wholly or not at all, whenever its process dies', async () => {
    // While it reads what there is, while it saves, and while it writes the audit.
    const moments = [`'service' as kind`, 'new_documents', 'written_changes'];
    for (const [index, moment] of moments.entries()) {
      const generation = 3 + index;
      const before = await versions();
      const sent = plane
        .request(0)
        .post(`${DOCUMENT}/versions`)
        .set('if-match', await etag(plane.request(1)))
        .send({ content: { generation } })
        .then(
          ({ status }) => status,
          () => 'cut off',
        );
      await eventually(
        async () => {
          const open = await plane.database.query(
            `select 1 from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
               and xact_start is not null and strpos(query, $1) > 0`,
            [moment],
          );
          expect(open.length).toBeGreaterThan(0);
        },
        { intervalMs: 1 },
      );
      await plane.api(0).kill();
      const status = await sent;
      await eventually(async () => {
        const open = await plane.database.query(
          `select 1 from pg_stat_activity where datname = current_database() and state <> 'idle' and pid <> pg_backend_pid()`,
        );
        expect(open).toEqual([]);
      });
      const found = await generations();
      const isThere = (await versions()) === before + 1;
      expect(Object.entries(found)).toEqual([[expect.any(String), total]]);
      expect(Object.hasOwn(found, String(generation))).toBe(isThere);
      if (status === 201) expect(isThere).toBe(true);
      await plane.api(0).start();
    }
  });

  it('asks to be confirmed when one of them loses most of what it says, and then goes out', async () => {
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`key-${index}`, index]));
    await publish(admin, 'common', 'base', { generation: 5, ...many });
    const cut = { generation: 5, 'key-0': 0 };
    const preview = await previewOf(admin, cut);
    expect(preview.gates).toContainEqual(
      expect.objectContaining({ kind: 'keys', service: 'common', layer: 'base' }),
    );
    expect(preview.gates).toContainEqual(expect.objectContaining({ kind: 'keys', environment: 'prod' }));
    expect(preview.gates.length).toBeLessThanOrEqual(20);
    const send = async (body: object) =>
      admin
        .post(`${DOCUMENT}/versions`)
        .set('if-match', await etag())
        .send(body);
    const refused = await send({ content: cut });
    isProblem(409, 'confirm_required')(refused);
    expect((refused.body as { errors: object[] }).errors).toContainEqual(
      expect.objectContaining({ pointer: '/content', message: expect.stringContaining('29 of 31 values') }),
    );
    expect((await send({ content: cut, confirm: true })).status).toBe(201);
    // Back to what was there before: nobody has to be asked about that.
    const { body } = await admin.get(DOCUMENT).expect(200);
    const { version } = body as { version: number };
    const back = await admin
      .post(`${DOCUMENT}/rollback`)
      .set('if-match', await etag())
      .send({ to: version - 1 });
    expect(back.status).toBe(201);
  });
});
