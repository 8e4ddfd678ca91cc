import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ImportedBody, type ProblemBody, type WorkspaceFileBody } from '@binnacle/contracts';
import { plantToken } from '../harness/access/callers.js';
import { createToken, isProblem, type PlaneRequests, publish, register } from '../harness/request.js';
import { runCli } from '../harness/run-cli.js';
import { type Plane, startPlane } from '../harness/start-plane.js';

const BASE = `\ufeff# Grüße 🚢 – the base of all orders\r
server:   # odd spacing stays\r
    port: 8080\r
    "quoted": 'single'\r
pool: {max: 10}\r
`;
const SCHEMA = {
  type: 'object',
  properties: { pool: { type: 'object', properties: { max: { type: 'integer', maximum: 100 } } } },
};
const SECRET_VALUE = 'plain-value-that-must-never-leave';

let plane: Plane;
let admin: PlaneRequests;
let folder: string;

beforeAll(async () => {
  plane = await startPlane();
  admin = plane.request();
  folder = await mkdtemp(join(tmpdir(), 'binnacle-story-'));
  await fill();
});
afterAll(async () => {
  await plane.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Environments of which one is protected, services that include others two deep, a schema, comments, a secret. */
async function fill(): Promise<void> {
  await admin.post('/environments').send({ name: 'schema', position: 2 }).expect(201);
  await register(admin, 'root', { kind: 'shared' });
  await register(admin, 'common', {
    kind: 'shared',
    includes: ['root'],
    description: 'All use "this".\nReally.',
  });
  const labels = { tier: '1', 'a b': 'ü' };
  await register(admin, 'orders', { includes: ['common'], displayName: 'Orders ✓', owner: 'team-a', labels });
  await register(admin, 'gone', {});
  await publish(admin, 'gone', 'base', { old: true });
  await admin.delete('/services/gone').expect(204);
  await admin.put('/services/orders/schema').send(SCHEMA).expect(200);
  await publish(admin, 'root', 'base', { region: 'eu', '1': 'one', __x: null });
  await publish(admin, 'common', 'prod', { region: 'eu-central' });
  await admin
    .post('/services/orders/documents/base/versions')
    .send({ content: BASE, format: 'yaml' })
    .expect(201);
  await admin.put('/services/orders/environments/prod/secrets/db').send({ value: SECRET_VALUE }).expect(200);
  await publish(admin, 'orders', 'prod', { db: { $secret: 'db' }, pool: { max: 50 } });
  await publish(admin, 'orders', 'schema', { pool: { max: 2 } });
  await admin.patch('/environments/prod').send({ protected: true }).expect(200);
}

async function exported({ url, token }: PlaneRequests): Promise<WorkspaceFileBody[]> {
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`${url}/api/v1/export`, { headers, signal: AbortSignal.timeout(20_000) });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('application/x-ndjson');
  const lines = (await response.text())
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as WorkspaceFileBody);
  const end = lines.pop();
  expect(end).toEqual({ complete: true, files: lines.length });
  return lines;
}

/** An administrator of a workspace that has nothing. */
async function emptyWorkspace(): Promise<PlaneRequests> {
  const workspaceId = randomUUID();
  await plane.database.query('insert into workspaces (id, name) values ($1, $2)', [workspaceId, 'empty']);
  const { token = '' } = await plantToken(plane.database, { workspaceId, role: 'admin' });
  return plane.request(0, token);
}

async function send(
  requests: PlaneRequests,
  files: readonly WorkspaceFileBody[],
  rest: object = {},
): Promise<ImportedBody> {
  const { body } = await requests
    .post('/import')
    .send({ files, ...rest })
    .expect(200);
  return body as ImportedBody;
}

const contentOf = (files: readonly WorkspaceFileBody[], path: string) =>
  files.find((file) => file.path === path)?.content;

describe('an export', () => {
  it('holds every document byte for byte, references and not secrets, and nothing of archived services', async () => {
    const files = await exported(admin);
    expect(files.map(({ path }) => path).toSorted()).toEqual([
      'environments.json',
      'services/common/prod.json',
      'services/common/service.json',
      'services/orders/@schema.json',
      'services/orders/base.yaml',
      'services/orders/prod.json',
      'services/orders/schema.json',
      'services/orders/service.json',
      'services/root/base.json',
      'services/root/service.json',
    ]);
    expect(contentOf(files, 'services/orders/base.yaml')).toBe(BASE);
    expect(contentOf(files, 'services/orders/prod.json')).toContain('"$secret": "db"');
    expect(JSON.stringify(files)).not.toContain(SECRET_VALUE);
    expect(JSON.parse(contentOf(files, 'environments.json') ?? '')).toEqual({
      environments: [
        { name: 'dev', protected: false },
        { name: 'staging', protected: false },
        { name: 'schema', protected: false },
        { name: 'prod', protected: true },
      ],
    });
  });

  it('holds no more than its reader may read', async () => {
    const { token } = await createToken(admin, 'viewer', { services: ['orders'], environments: ['dev'] });
    const files = await exported(plane.request(0, token));
    expect(files.map(({ path }) => path).toSorted()).toEqual([
      'environments.json',
      'services/orders/base.yaml',
      'services/orders/schema.json',
      'services/orders/service.json',
    ]);
    expect(contentOf(files, 'environments.json')).not.toContain('prod');
  });
});

describe('an import', () => {
  it('makes an empty workspace the same, and changes nothing the second time', async () => {
    const files = await exported(admin);
    const other = await emptyWorkspace();
    // Secrets are not in files: what refers to one is refused until it is there.
    const refused = await other.post('/import').send({ files }).expect(isProblem(422, 'invalid_content'));
    const prod = files.findIndex(({ path }) => path === 'services/orders/prod.json');
    expect((refused.body as ProblemBody).errors).toEqual([
      {
        pointer: `/files/${prod}/content/db`,
        message: 'services/orders/prod.json: refers to the secret db, which does not exist',
        environment: 'prod',
        service: 'orders',
      },
    ]);
    expect(await exported(other)).toEqual([{ path: 'environments.json', content: expect.any(String) }]);

    const without = files.filter((_file, index) => index !== prod);
    const dry = await send(other, without, { dryRun: true });
    expect(dry).toMatchObject({ dryRun: true, changeSet: null, unchanged: 0, notInFiles: [] });
    expect(dry.files).toHaveLength(without.length);
    expect(await exported(other)).toHaveLength(1);

    const first = await send(other, without, { message: 'from git' });
    expect(first.files).toEqual(dry.files);
    expect(first.revisions.map(({ state, environment }) => `${environment} ${state}`)).toContain(
      'prod awaiting_approval',
    );
    await other.put('/services/orders/environments/prod/secrets/db').send({ value: 'another' }).expect(200);
    const second = await send(other, files);
    expect(second.files).toEqual([
      { path: 'services/orders/prod.json', action: 'create', detail: 'version 1' },
    ]);
    expect(await exported(other)).toEqual(files);
    expect(await send(other, files)).toMatchObject({
      files: [],
      versions: [],
      revisions: [],
      unchanged: files.length,
    });
  });

  it('changes what differs, tells what is not in the files, and takes no protection away', async () => {
    const other = await emptyWorkspace();
    const files = (await exported(admin)).filter(({ path }) => path !== 'services/orders/prod.json');
    await send(other, files);
    const changed = files
      .filter(({ path }) => !path.startsWith('services/common/prod') && path !== 'environments.json')
      .map(({ path, content }) => ({
        path,
        content:
          path === 'services/orders/base.yaml'
            ? content.replace('# Grüße', '# Gruß')
            : content
                .replace('"owner": "team-a"', '"owner": "team-b"')
                .replace('"maximum": 100', '"maximum": 90'),
      }));
    const answer = await send(other, changed);
    expect(answer.files.map(({ path, action }) => `${action} ${path}`)).toEqual([
      'change services/orders/service.json',
      'change services/orders/schema.json',
      'change services/orders/base.yaml',
    ]);
    // Only a comment changed: a version, and no revision.
    expect(answer.revisions).toEqual([]);
    expect(answer.notInFiles).toEqual(['services/common/prod.json']);
    const environments = { environments: [{ name: 'prod', protected: false }] };
    const taken = await other
      .post('/import')
      .send({ files: [{ path: 'environments.json', content: JSON.stringify(environments) }] })
      .expect(isProblem(400, 'invalid_request'));
    expect((taken.body as ProblemBody).detail).toContain(
      'environments.json: is false, and prod is protected',
    );
  });

  it('releases what other includes make of the config, also when no document changes', async () => {
    const other = await emptyWorkspace();
    const files = (await exported(admin)).filter(({ path }) => path !== 'services/orders/prod.json');
    await send(other, files);
    const content = JSON.stringify({ kind: 'service', includes: [] });
    const answer = await send(other, [{ path: 'services/orders/service.json', content }]);
    expect(answer.files).toEqual([
      {
        path: 'services/orders/service.json',
        action: 'change',
        detail: 'displayName, owner, labels, includes',
      },
    ]);
    expect(
      answer.revisions.map(({ environment, revision }) => `${environment} ${revision}`).toSorted(),
    ).toEqual(['dev 2', 'prod 2', 'schema 2', 'staging 2']);
    const { body } = await other.get('/services/orders/environments/dev/config').expect(200);
    expect((body as { content: object }).content).not.toHaveProperty('region');
  });

  it('releases a first revision in a new environment also for services that are not in the files', async () => {
    const other = await emptyWorkspace();
    await other.post('/environments').send({ name: 'one' }).expect(201);
    await register(other, 'quiet');
    await publish(other, 'quiet', 'base', { a: 1 });
    const content = JSON.stringify({ environments: [{ name: 'two' }, { name: 'one' }] });
    const answer = await send(other, [{ path: 'environments.json', content }]);
    expect(answer.revisions).toEqual([
      { service: 'quiet', environment: 'two', revision: 1, state: 'released' },
    ]);
    const listed = await other.get('/environments').expect(200);
    expect((listed.body as { items: { name: string }[] }).items.map(({ name }) => name)).toEqual([
      'two',
      'one',
    ]);
  });

  it('refuses files that are not right with their names, and then does nothing at all', async () => {
    const other = await emptyWorkspace();
    const service = (content: object) => JSON.stringify({ kind: 'service', ...content });
    const cases: [string, string, string][] = [
      ['../environments.json', '{}', 'is no file of a workspace'],
      ['services/a/../b/service.json', '{}', 'is no file of a workspace'],
      ['services/a/service.json', '{"kind": "service", "kind": "shared"}', 'line 1'],
      ['services/a/service.json', service({ made: 'up' }), 'services/a/service.json'],
      ['services/a/service.json', service({ includes: ['nobody'] }), 'which is no shared service'],
      ['services/a/service.json', service({ includes: ['a'] }), 'is no shared service'],
      ['services/nobody/base.json', '{}', 'neither in the files nor in the workspace'],
      ['services/ok/moon.json', '{}', 'neither in environments.json nor in the workspace'],
      ['services/ok/schema.json', '{"type": 12}', 'services/ok/schema.json'],
      ['services/ok/base.yaml', 'a: [1', 'services/ok/base.yaml'],
      ['services/ok/base.json', '{"a": 1,}', 'line 1, column'],
      ['environments.json', '{"environments": [{"name": "base"}]}', 'environments.json'],
    ];
    for (const [path, content, said] of cases) {
      const files = [
        { path: 'services/ok/service.json', content: service({}) },
        { path, content },
      ];
      const { body } = await other.post('/import').send({ files });
      expect((body as ProblemBody).detail).toContain(said);
      expect((body as ProblemBody).detail).toContain(path);
    }
    // Nothing is parsed of what may not be imported in any case.
    const unknown = [{ path: 'services/nobody/base.yaml', content: 'a: [1' }];
    const { body: refused } = await other
      .post('/import')
      .send({ files: unknown })
      .expect(isProblem(400, 'invalid_request'));
    expect((refused as ProblemBody).detail).toContain('neither in the files nor in the workspace');
    const twice = ['json', 'yaml'].map((format) => ({ path: `services/ok/base.${format}`, content: '{}' }));
    const both = await other.post('/import').send({ files: twice }).expect(isProblem(400, 'invalid_request'));
    expect((both.body as ProblemBody).detail).toContain('another file holds');
    const circle = ['x', 'y'].map((name) => ({
      path: `services/${name}/service.json`,
      content: JSON.stringify({ kind: 'shared', includes: [name === 'x' ? 'y' : 'x'] }),
    }));
    const circled = await other
      .post('/import')
      .send({ files: circle })
      .expect(isProblem(400, 'invalid_request'));
    expect((circled.body as ProblemBody).detail).toContain('x → y → x');
    expect(await exported(other)).toHaveLength(1);
  });

  it('has to be confirmed when it takes most of a config away, and a dry run says so', async () => {
    const other = await emptyWorkspace();
    await other.post('/environments').send({ name: 'dev' }).expect(201);
    await register(other, 'wide');
    await publish(
      other,
      'wide',
      'base',
      Object.fromEntries(Array.from({ length: 30 }, (_, key) => [`k${key}`, key])),
    );
    const files = [{ path: 'services/wide/base.json', content: '{"k0": 0}' }];
    const refused = await other.post('/import').send({ files }).expect(isProblem(409, 'confirm_required'));
    expect((refused.body as ProblemBody).errors?.[0]?.message).toContain('services/wide/base.json: ');
    const dry = await send(other, files, { dryRun: true });
    expect(dry.gates.map(({ pointer }) => pointer)).toContain('/files/0/content');
    expect(dry.files).toHaveLength(1);
    const confirmed = await send(other, files, { dryRun: true, confirm: true });
    expect(confirmed).toMatchObject({ gates: [], versions: [{ version: 2 }], revisions: [{ revision: 2 }] });
    const { body } = await other.get('/services/wide/documents/base').expect(200);
    expect(body).toMatchObject({ version: 1 });
    expect(await send(other, files, { confirm: true })).toMatchObject({ versions: [{ version: 2 }] });
  });

  it('goes together with publishes at the same time, and with another import', async () => {
    const other = await emptyWorkspace();
    await other.post('/environments').send({ name: 'dev' }).expect(201);
    for (const name of ['a', 'z']) await register(other, `${name}-shared`, { kind: 'shared' });
    for (const name of ['m', 'b', 'y']) await register(other, name, { includes: ['z-shared', 'a-shared'] });
    const layers = ['a-shared', 'b', 'm', 'y', 'z-shared'];
    for (const service of layers) await publish(other, service, 'base', { [service]: 0 });
    const round = async (number: number): Promise<number[]> => {
      const importing = (service: string) =>
        other.post('/import').send({
          files: [{ path: `services/${service}/base.json`, content: JSON.stringify({ imported: number }) }],
          confirm: true,
        });
      const publishing = (service: string) =>
        other
          .post(`/services/${service}/documents/base/versions`)
          .set('if-match', '*')
          .send({ content: { published: number }, confirm: true });
      const requests = [
        importing('m'),
        publishing('a-shared'),
        importing('y'),
        publishing('z-shared'),
        publishing('b'),
      ];
      return (await Promise.all(requests)).map(({ status }) => status);
    };
    for (let number = 1; number <= 5; number++)
      expect((await round(number)).toSorted()).toEqual([200, 200, 201, 201, 201]);
    const { body } = await other.get('/services/m/environments/dev/config').expect(200);
    expect((body as { content: object }).content).toEqual({ imported: 5, published: 5 });
  });

  it('does not keep another workspace waiting for many of one', async () => {
    const [many, one] = [await emptyWorkspace(), await emptyWorkspace()];
    const files = Array.from({ length: 40 }, (_, index) => ({
      path: `services/s${index}/service.json`,
      content: JSON.stringify({ kind: 'service' }),
    }));
    const importing = (requests: PlaneRequests) => requests.post('/import').send({ files, dryRun: true });
    const all = await Promise.all([...Array.from({ length: 8 }, () => importing(many)), importing(one)]);
    const statuses = all.map(({ status }) => status);
    expect(statuses.at(-1)).toBe(200);
    expect(statuses).toContain(503);
  });

  it('refuses a schema that a config breaks which it does not change', async () => {
    const other = await emptyWorkspace();
    await other.post('/environments').send({ name: 'dev' }).expect(201);
    await register(other, 'strict');
    await publish(other, 'strict', 'base', { port: 'many' });
    const content = JSON.stringify({ properties: { port: { type: 'integer' } } });
    const refused = await other
      .post('/import')
      .send({ files: [{ path: 'services/strict/schema.json', content }] })
      .expect(isProblem(409, 'schema_breaks_config'));
    expect((refused.body as ProblemBody).errors?.[0]).toMatchObject({
      pointer: '/files/0/content',
      environment: 'dev',
    });
    await other.get('/services/strict/schema').expect(404);
  });

  it('asks for the permission of all that it does', async () => {
    const files = await exported(admin);
    const changed = (path: string, from: string, to: string) =>
      files
        .filter((file) => file.path === path)
        .map((file) => ({ path, content: file.content.replace(from, to) }));
    const publisher = plane.request(0, (await createToken(admin, 'publisher')).token);
    const environments = [{ path: 'environments.json', content: '{"environments": [{"name": "new"}]}' }];
    await publisher.post('/import').send({ files: environments }).expect(isProblem(403, 'forbidden'));
    const narrow = plane.request(
      0,
      (await createToken(admin, 'publisher', { services: ['orders'], environments: ['dev'] })).token,
    );
    const base = changed('services/orders/base.yaml', '8080', '8081');
    const refused = await narrow.post('/import').send({ files: base }).expect(isProblem(403, 'forbidden'));
    expect((refused.body as ProblemBody).detail).toContain('services/orders/base.yaml: takes config:publish');
    await narrow
      .post('/import')
      .send({ files: changed('services/root/base.json', 'x', 'x') })
      .expect(isProblem(403, 'forbidden'));
    const editor = plane.request(0, (await createToken(admin, 'editor')).token);
    await editor.post('/import').send({ files: base }).expect(isProblem(403, 'forbidden'));
    expect(contentOf(await exported(admin), 'services/orders/base.yaml')).toBe(BASE);
  });
});

describe('the binnacle command', () => {
  const variables = (requests: PlaneRequests) => ({
    BINNACLE_URL: requests.url,
    BINNACLE_TOKEN: requests.token,
  });

  it('exports to a directory and imports from it: a round trip without a difference', async () => {
    const directory = join(folder, 'round');
    const first = await runCli(['export', directory], variables(admin));
    expect(first).toMatchObject({ exitCode: 0, stderr: '10 files, 10 of them written\n' });
    expect(await readFile(join(directory, 'services/orders/base.yaml'), 'utf8')).toBe(BASE);
    const again = await runCli(['export', directory], variables(admin));
    expect(again).toEqual({ exitCode: 0, stdout: '', stderr: '10 files, 0 of them written\n' });
    const same = await runCli(['import', directory], variables(admin));
    expect(same).toMatchObject({ exitCode: 0, stdout: '' });

    const other = await emptyWorkspace();
    await rm(join(directory, 'services/orders/prod.json'));
    const dry = await runCli(['import', directory, '--dry-run'], variables(other));
    expect(dry.stdout).toContain('create services/orders/base.yaml: version 1\n');
    expect(await exported(other)).toHaveLength(1);
    const done = await runCli(['import', directory, '--message', 'from git'], variables(other));
    expect(done.stdout).toContain('orders in prod: revision 1, awaits approval\n');
    const back = join(folder, 'back');
    await runCli(['export', back], variables(other));
    for (const path of await readdir(back, { recursive: true, withFileTypes: true }))
      if (path.isFile()) {
        const at = join(path.parentPath, path.name);
        expect(await readFile(at)).toEqual(await readFile(at.replace(back, directory)));
      }
  });

  it('deletes what is gone only when it is asked to, and only files of the layout', async () => {
    const directory = join(folder, 'prune');
    await runCli(['export', directory], variables(admin));
    await mkdir(join(directory, 'services/former'));
    await writeFile(join(directory, 'services/former/base.json'), '{}');
    await writeFile(join(directory, 'services/orders/README.md'), 'mine');
    const asked = await runCli(['export', directory], variables(admin));
    expect(asked.exitCode).toBe(9);
    expect(asked.stderr).toContain('services/former/base.json');
    expect(await readdir(join(directory, 'services/former'))).toEqual(['base.json']);
    const pruned = await runCli(['export', directory, '--prune'], variables(admin));
    expect(pruned).toMatchObject({ exitCode: 0, stdout: 'deleted services/former/base.json\n' });
    expect(await readdir(join(directory, 'services'))).toEqual(['common', 'orders', 'root']);
    expect(await readFile(join(directory, 'services/orders/README.md'), 'utf8')).toBe('mine');
  });

  it('follows no link out of the directory, neither reading nor writing', async () => {
    const directory = join(folder, 'links');
    await mkdir(join(directory, 'services'), { recursive: true });
    await writeFile(join(folder, 'outside.json'), '{"outside": true}');
    await symlink(folder, join(directory, 'services/orders'));
    expect(await runCli(['export', directory], variables(admin))).toMatchObject({ exitCode: 9 });
    expect(await readdir(folder)).not.toContain('base.yaml');
    expect(await runCli(['import', directory], variables(admin))).toMatchObject({ exitCode: 9 });
    await rm(join(directory, 'services/orders'));
    await mkdir(join(directory, 'services/orders'));
    await symlink(join(folder, 'outside.json'), join(directory, 'services/orders/prod.json'));
    const read = await runCli(['import', directory], variables(admin));
    expect(read.exitCode).toBe(9);
    expect(read.stderr).toContain('symbolic link');
    expect((await runCli(['export', directory], variables(admin))).exitCode).toBe(9);
    expect(await readFile(join(folder, 'outside.json'), 'utf8')).toBe('{"outside": true}');
  });

  it('tells by its exit code what went wrong', async () => {
    const url = admin.url;
    const directory = join(folder, 'codes');
    expect(await runCli(['export', directory], { BINNACLE_URL: url })).toMatchObject({ exitCode: 2 });
    expect(await runCli(['export'], variables(admin))).toMatchObject({ exitCode: 2 });
    expect(await runCli(['export', directory, '--token', 'x'], variables(admin))).toMatchObject({
      exitCode: 2,
    });
    const stranger = { BINNACLE_URL: url, BINNACLE_TOKEN: 'bnk_nobody' };
    expect(await runCli(['export', directory], stranger)).toMatchObject({ exitCode: 3 });
    const nowhere = { BINNACLE_URL: 'http://127.0.0.1:1', BINNACLE_TOKEN: 'x' };
    expect(await runCli(['export', directory], nowhere)).toMatchObject({ exitCode: 8 });
    expect(await runCli(['import', join(folder, 'not-there')], variables(admin))).toMatchObject({
      exitCode: 9,
    });
    await mkdir(join(directory, 'services/orders'), { recursive: true });
    await writeFile(join(directory, 'services/orders/base.yaml'), 'a: [');
    const wrong = await runCli(['import', directory], variables(admin));
    expect(wrong.exitCode).toBe(6);
    expect(wrong.stderr).toContain('services/orders/base.yaml');
    expect((await runCli(['--help'], {})).stdout).toContain('export');
  });
});
