import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../harness/eventually.js';
import { LayeredService } from '../harness/layered-service.js';
import { createToken, publish, register } from '../harness/request.js';
import { type Plane, startPlane } from '../harness/start-plane.js';

const pair = '/services/shop/environments/prod';
let plane: Plane;
let directory: string;
let file: string;
let service: LayeredService;
let isStarted = false;

/** As an editor saves: a new file takes the name. */
async function save(text: string): Promise<void> {
  await writeFile(`${file}.tmp`, text);
  await rename(`${file}.tmp`, file);
}

async function instance(): Promise<Record<string, unknown> | undefined> {
  const { body } = await plane.request().get(`${pair}/instances`).expect(200);
  return (body as { items: Record<string, unknown>[] }).items.find(({ id }) => id === 'layered');
}

const runs = (revision: number) =>
  eventually(async () => expect(await instance()).toMatchObject({ revision, status: 'healthy' }));

beforeAll(async () => {
  plane = await startPlane();
  directory = await mkdtemp(join(tmpdir(), 'binnacle-layers-'));
  file = join(directory, 'shop.yaml');
  await save('# of the deployment\npool: { max: 5, min: 2 }\ngreeting: from the file\n');
  await register(plane.request(), 'shop');
  const { token } = await createToken(plane.request(), 'agent');
  await plane.request().put(`${pair}/secrets/db`).send({ value: 'canary-plane' }).expect(200);
  const content = { pool: { max: 9 }, db: { password: { $secret: 'db' } } };
  await publish(plane.request(), 'shop', 'prod', content);
  service = await LayeredService.start(
    {
      PLANE_URL: plane.api(0).url,
      PLANE_TOKEN: token,
      CONFIG_FILE: file,
      SHOP_POOL__IDLE_MS: '250',
      SHOP_DB__PASSWORD: 'canary-variable',
    },
    ['--port', '80', '--set', 'mode=safe'],
  );
  isStarted = true;
});
afterAll(async () => {
  const code = isStarted ? await service.stop() : null;
  await plane.stop();
  await rm(directory, { recursive: true });
  expect(code).toBe(0);
});

describe('a service with a file, variables and a command line around what is published', () => {
  it('runs all of it together, and explains where each value comes from', async () => {
    await runs(1);
    const { value } = await service.ask('/', 'pool');
    expect(value).toEqual({ max: 9, min: 2, idleMs: 250 });
    const { explanation } = await service.ask('/', 'pool.max');
    expect(explanation).toEqual({
      key: 'pool.max',
      value: 9,
      layer: 'plane',
      source: 'revision 1',
      hides: [
        { layer: 'file', source: file, value: 5 },
        { layer: 'defaults', source: 'code', value: 1 },
      ],
    });
    expect((await service.ask('/', 'mode')).explanation).toMatchObject({
      value: 'safe',
      layer: 'commandLine',
      source: '--set mode',
      hides: [{ layer: 'defaults', value: 'fast' }],
    });
    const password = await service.ask('/', 'db.password');
    expect(password).toMatchObject({
      value: '[secret]',
      explanation: {
        layer: 'environment',
        source: 'SHOP_DB__PASSWORD',
        hides: [{ layer: 'plane', value: { $secret: 'db' } }],
      },
    });
  });

  it('takes a new file while it runs, keeps the last good one, and says why', async () => {
    await save('pool: { max: 5, min: 3 }\ngreeting: from the second file\n');
    await eventually(async () => expect((await service.ask('/', 'pool.min')).value).toBe(3));
    const { changes } = await service.ask('/');
    expect(changes.at(-1)).toEqual(['pool.min', 'greeting']);
    await save('pool: { max: 5, min: 3');
    await eventually(async () => {
      const { status, events } = await service.ask('/');
      expect(status.file?.rejected).toMatch(/line \d/);
      expect(events.at(-1)).toMatchObject({ kind: 'file_rejected', path: file });
    });
    expect((await service.ask('/', 'greeting')).value).toBe('from the second file');
    await save('pool: { max: 5, min: 3 }\ngreeting: from the third file\n');
    await eventually(async () =>
      expect((await service.ask('/', 'greeting')).value).toBe('from the third file'),
    );
  });

  it('refuses a revision that the schema allows and its rules do not, goes on, and the plane knows why (fault 17)', async () => {
    const admin = plane.request();
    const schema = { type: 'object', properties: { pool: { properties: { max: { type: 'number' } } } } };
    await admin.put('/services/shop/schema').send(schema).expect(200);
    const secret = { db: { password: { $secret: 'db' } } };
    await publish(admin, 'shop', 'prod', { pool: { max: 51 }, ...secret });
    const reason = 'pool.max: must be at most 50';
    await eventually(async () =>
      expect(await instance()).toMatchObject({ revision: 1, rejected: { revision: 2, reason } }),
    );
    const { value, status, events } = await service.ask('/', 'pool.max');
    expect([value, status.rejected]).toEqual([9, { revision: 2, reason }]);
    expect(events.at(-1)).toEqual({ kind: 'revision_rejected', revision: 2, reason });
    await publish(admin, 'shop', 'prod', { pool: { max: 50 }, ...secret });
    await runs(3);
    expect(await instance()).not.toHaveProperty('rejected');
    expect((await service.ask('/', 'pool.max')).value).toBe(50);
  });

  it('answers a request from one state, though a revision is pushed in the middle of it', async () => {
    const held = service.ask('/hold');
    await eventually(async () => expect((await service.ask('/')).request.held).toBe(1));
    const content = { pool: { max: 50 }, greeting: 'from the plane' };
    await publish(plane.request(), 'shop', 'prod', content);
    await runs(4);
    await service.ask('/release');
    expect((await held).request).toMatchObject({
      before: 'from the third file',
      after: 'from the third file',
      live: 'from the plane',
    });
    expect((await service.ask('/')).request).toMatchObject({
      before: 'from the plane',
      after: 'from the plane',
    });
  });

  it('has told no secret to its output or to the plane', async () => {
    const { body } = await plane.request().get(`${pair}/instances`).expect(200);
    expect(JSON.stringify([body, await service.ask('/'), service.output])).not.toContain('canary');
    expect(service.output.join('\n')).toMatch(/rejected revision 2/);
  });
});
