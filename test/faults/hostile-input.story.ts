import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { canonicalJson, contentHash } from '@binnacle/domain';
import { eventually } from '../harness/eventually.js';
import { ProcessWatch } from '../harness/process-watch.js';
import { isProblem, publish, register } from '../harness/request.js';
import { type Plane, startPlane } from '../harness/start-plane.js';

/** What the API computed at a stretch: time in which other processes had its processor does not count. */
const MAX_BLOCKED_MS = 100;
/** With all that lies between: this process, which also waits for its turn. */
const MAX_LIVEZ_MS = 1_000;

const watch = new ProcessWatch();
let plane: Plane;

beforeAll(async () => {
  plane = await startPlane({ environment: watch.environment });
  await register(plane.request(), 'victim');
  await publish(plane.request(), 'victim', 'base', { text: 'short' });
});
afterAll(async () => {
  await plane.stop();
  watch.dispose();
});

/** Runs it while `/livez` is asked again and again; gives the slowest answer in milliseconds. */
async function whileAlive(work: () => Promise<unknown>): Promise<number> {
  let isOver = false;
  const working = work().finally(() => (isOver = true));
  // What it rejects with is thrown below, once the loop has ended.
  working.catch(() => undefined);
  let slowestMs = 0;
  while (!isOver) {
    const startedAt = performance.now();
    const response = await fetch(`${plane.api(0).url}/livez`);
    await response.arrayBuffer();
    expect(response.status).toBe(200);
    slowestMs = Math.max(slowestMs, performance.now() - startedAt);
  }
  await working;
  return slowestMs;
}

beforeEach(() => watch.begin());

const versions = '/services/victim/documents/base/versions';
const post = (body: string | object, path = versions) =>
  plane.request().post(path).set('if-match', '"1"').type('application/json').send(body);
const deepArray = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const deepSchema = (depth: number) => `${'{"items":'.repeat(depth)}{}${'}'.repeat(depth)}`;

function deepKeys(depth: number, members: number): object {
  let value: object = Object.fromEntries(Array.from({ length: members }, (_, index) => [`k${index}`, 1]));
  for (let level = 0; level < depth; level++) value = { ['k'.repeat(1_000)]: value };
  return value;
}

function laughs(): string {
  const lines = ['a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]'];
  for (let level = 1; level < 10; level++)
    lines.push(`a${level}: &a${level} [${Array.from({ length: 9 }, () => `*a${level - 1}`).join(', ')}]`);
  return `${lines.join('\n')}\n`;
}

const hostileBodies: readonly [string, string | object][] = [
  ['a million nested arrays', `{"content":{"deep":${deepArray(1_000_000)}}}`],
  ['a thousand nested arrays', `{"content":{"deep":${deepArray(1_000)}}}`],
  ['nested arrays as text', { content: `{"deep":${deepArray(500_000)}}`, format: 'json' }],
  ['nested flows in YAML', { content: `deep: ${deepArray(100_000)}`, format: 'yaml' }],
  ['a billion laughs', { content: laughs(), format: 'yaml' }],
  ['an object that contains itself', { content: 'a: &a\n  b: *a\n', format: 'yaml' }],
  ['a tag of YAML', { content: 'a: !!js/function "function () { return 1 }"\n', format: 'yaml' }],
  ['__proto__ in JSON', '{"content":{"__proto__":{"polluted":true}}}'],
  ['__proto__ beside the content', '{"content":{},"__proto__":{"polluted":true}}'],
  ['constructor.prototype in JSON', '{"content":{"constructor":{"prototype":{"polluted":true}}}}'],
  ['a key twice in text', { content: '{"limit":1,"limit":2}', format: 'json' }],
  ['a key twice in YAML', { content: 'limit: 1\nlimit: 2\n', format: 'yaml' }],
  [
    'a hundred thousand keys',
    { content: Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`k${index}`, 1])) },
  ],
  ['a key of 15,000 characters', { content: { ['k'.repeat(15_000)]: { limit: 1 } } }],
  ['long keys that are nested deep', { content: deepKeys(15, 1_000) }],
  ['half of a surrogate pair', '{"content":{"text":"\\ud800"}}'],
  ['a number that no JSON has', { content: '{"limit":1e999}', format: 'json' }],
  ['no JSON at all', { content: '{"limit":', format: 'json' }],
  ['content that is a list', { content: [1, 2] }],
  ['two million brackets', '['.repeat(2_000_000)],
];

describe('a document', () => {
  it.each(hostileBodies)('of %s is refused clearly, and the event loop goes on', async (_what, body) => {
    let status = 0;
    const slowestMs = await whileAlive(async () => {
      const response = await post(body);
      ({ status } = response);
      const { code } = response.body as { code: string };
      isProblem(status, code)(response);
    });
    expect([400, 413, 422]).toContain(status);
    expect(slowestMs).toBeLessThan(MAX_LIVEZ_MS);
    expect(watch.blockedMs).toBeLessThan(MAX_BLOCKED_MS);
    const { body: now } = await plane.request().get('/services/victim/environments/dev/config').expect(200);
    expect(now).toMatchObject({ revision: 1, content: { text: 'short' } });
    expect(watch.polluted).toEqual([]);
  });
});

describe('a schema', () => {
  it.each([
    ['that nests a hundred deep', deepSchema(100)],
    ['that fetches another', { $ref: 'http://127.0.0.1:1/schema.json' }],
    ['with a reference that leads nowhere', { $ref: '#/$defs/nobody' }],
    ['with a pattern that is none', { properties: { text: { pattern: '(' } } }],
    ['with a pattern that looks back', { properties: { text: { pattern: '(a)\\1' } } }],
    ['that asks for the data itself', { properties: { text: { const: { $data: '/limit' } } }, $data: {} }],
    ['of a draft that is not known', { $schema: 'http://example.com/my-draft' }],
  ])('%s is refused clearly', async (_what, schema) => {
    const put = plane.request().put('/services/victim/schema').type('application/json').send(schema);
    const slowestMs = await whileAlive(async () => put.expect(isProblem(422, 'invalid_schema')));
    expect(slowestMs).toBeLessThan(MAX_LIVEZ_MS);
  });

  it('that nests ten thousand deep is refused before it is read', async () => {
    const put = plane
      .request()
      .put('/services/victim/schema')
      .type('application/json')
      .send(deepSchema(10_000));
    const slowestMs = await whileAlive(async () => put.expect(isProblem(400, 'malformed_request')));
    expect(slowestMs).toBeLessThan(MAX_LIVEZ_MS);
  });

  it('with a pattern that would take others for ever costs a moment', async () => {
    const admin = plane.request();
    await register(admin, 'pattern');
    const text = { type: 'string', pattern: '^(([a-z])+.)+[A-Z]([a-z])+$' };
    const nested = { type: 'string', pattern: '^(a+)+$' };
    await admin.put('/services/pattern/schema').send({ properties: { text, nested } }).expect(200);
    const content = { text: `${'a'.repeat(50_000)}!`, nested: `${'a'.repeat(50_000)}!` };
    const request = admin.post('/services/pattern/documents/base/versions').send({ content });
    const startedAt = performance.now();
    const slowestMs = await whileAlive(async () => request.expect(isProblem(422, 'invalid_content')));
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    expect(slowestMs).toBeLessThan(MAX_LIVEZ_MS);
    expect(watch.blockedMs).toBeLessThan(MAX_BLOCKED_MS);
  });

  it('whose validation explodes is stopped in time, and others are validated meanwhile', async () => {
    const admin = plane.request();
    await register(admin, 'explosive');
    await register(admin, 'bystander');
    await admin
      .put('/services/bystander/schema')
      .send({ required: ['limit'] })
      .expect(200);
    // Every level tries two ways, and both lead to all that lies below.
    const levels = Object.fromEntries(
      Array.from({ length: 40 }, (_, level) => [
        `l${level}`,
        { anyOf: [0, 1].map(() => ({ allOf: [{ $ref: `#/$defs/l${level + 1}` }, false] })) },
      ]),
    );
    const schema = { $defs: { ...levels, l40: { type: 'object' } }, $ref: '#/$defs/l0' };
    const put = await admin.put('/services/explosive/schema').send(schema);
    expect([200, 422, 503]).toContain(put.status);
    const exploding = admin
      .post('/services/explosive/documents/base/versions')
      .send({ content: { limit: 1 } });
    const slowestMs = await whileAlive(async () => {
      const [hostile, other] = await Promise.all([
        exploding,
        admin.post('/services/bystander/documents/base/versions').send({ content: { limit: 1 } }),
      ]);
      expect(other.status).toBe(201);
      expect([201, 422, 503]).toContain(hostile.status);
    });
    expect(slowestMs).toBeLessThan(MAX_LIVEZ_MS);
  });
});

describe('a document with long keys, from before they had a limit', () => {
  const config = '/services/ancient/environments/dev/config';

  beforeAll(async () => {
    const admin = plane.request();
    await register(admin, 'ancient');
    await publish(admin, 'ancient', 'base', { limit: 1 });
    const members = Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`m${index}`, 1]));
    const content = canonicalJson({ ['k'.repeat(15_000)]: members });
    const values = [content, contentHash(content)];
    for (const table of ['document_versions', 'revisions'])
      await plane.database.query(
        `update ${table} set content = $1, hash = $2 where service = 'ancient'`,
        values,
      );
    await plane.database.query(`update document_versions set source = content where service = 'ancient'`);
    await plane.database.query(
      `update config_heads set hash = $1 where service = 'ancient'`,
      values.slice(1),
    );
  });

  it('is served, and refused only as a text or an explanation that is many times as long', async () => {
    const admin = plane.request();
    const { body } = await admin.get('/services/ancient/documents/base').expect(200);
    expect(Object.keys((body as { content: object }).content)[0]).toHaveLength(15_000);
    const slowestMs = await whileAlive(() =>
      Promise.all([
        ...Array.from({ length: 5 }, () =>
          admin.get(`${config}?explain=true`).expect(isProblem(413, 'payload_too_large')),
        ),
        ...Array.from({ length: 5 }, () =>
          admin.get(`${config}?format=properties`).expect(isProblem(422, 'invalid_content')),
        ),
      ]),
    );
    expect(slowestMs).toBeLessThan(MAX_LIVEZ_MS);
    expect(watch.blockedMs).toBeLessThan(MAX_BLOCKED_MS);
    await admin.get(`${config}?format=yaml`).expect(200);
    const again = await admin
      .post('/services/ancient/documents/base/versions')
      .set('if-match', '*')
      .send({ content: (body as { content: object }).content });
    isProblem(422, 'invalid_content')(again);
    expect((again.body as { errors: { pointer: string }[] }).errors).toMatchObject([{ pointer: '/content' }]);
  });
});

describe('after all this', () => {
  it('the same process still answers, and still publishes', async () => {
    const admin = plane.request();
    await publish(admin, 'victim', 'base', { text: 'still here' });
    await eventually(async () => {
      const { body } = await admin.get('/services/victim/environments/dev/config').expect(200);
      expect(body).toMatchObject({ content: { text: 'still here' } });
    });
    expect(plane.api(0).isRunning).toBe(true);
  });
});
