import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isProblem, publish, register } from '../harness/request.js';
import { type Plane, startPlane } from '../harness/start-plane.js';

interface FoundError {
  readonly pointer: string;
  readonly message: string;
  readonly environment?: string;
  readonly line?: number;
  readonly column?: number;
}

interface SchemaCheck {
  readonly valid: boolean;
  readonly errors: FoundError[];
  readonly warnings: FoundError[];
  readonly breaks: { service: string; environment: string; errors: FoundError[] }[];
}

const POOL_RULE = { rule: 'self.pool.min <= self.pool.max', message: 'min is above max' };
const SCHEMA = {
  properties: { old: { deprecated: true, description: 'use /new' }, pool: { type: 'object' } },
  'x-binnacle-rules': [
    POOL_RULE,
    { rule: 'self.pool.max <= 50', message: 'more than 50 is much', severity: 'warning' },
  ],
};
const EVERY_PAIR = 'self.list.all(a, self.list.all(b, a != b + "x"))';

let plane: Plane;

beforeAll(async () => {
  plane = await startPlane();
});
afterAll(() => plane.stop());

const schemaOf = (service: string) => `/services/${service}/schema`;
const versionsOf = (service: string, layer = 'base') => `/services/${service}/documents/${layer}/versions`;
const errorsOf = (body: unknown) => (body as { errors: FoundError[] }).errors;

async function put(service: string, schema: object): Promise<void> {
  await plane.request().put(schemaOf(service)).send(schema).expect(200);
}

describe('rules of a schema', () => {
  it('hold up a publish in every environment that breaks them, and only warn where they are warnings', async () => {
    const admin = plane.request();
    await register(admin, 'ruled');
    await put('ruled', SCHEMA);
    const warned = await admin
      .post(versionsOf('ruled'))
      .send({ content: { pool: { min: 1, max: 60 }, old: true } })
      .expect(201);
    const { warnings } = warned.body as { warnings: FoundError[] };
    expect(warnings).toContainEqual({
      pointer: '/content/old',
      message: 'is deprecated: use /new',
      environment: 'dev',
    });
    expect(warnings).toContainEqual({
      pointer: '/content/pool/max',
      message: 'more than 50 is much',
      environment: 'prod',
    });
    const refused = await admin
      .post(versionsOf('ruled', 'prod'))
      .send({ content: { pool: { min: 70 } } })
      .expect(isProblem(422, 'invalid_content'));
    expect(errorsOf(refused.body)).toEqual([
      { pointer: '/content/pool', message: 'min is above max', environment: 'prod' },
    ]);
  });

  it('tell what they cannot be evaluated for, and end when they cost too much', async () => {
    const admin = plane.request();
    await register(admin, 'costly');
    await put('costly', {
      'x-binnacle-rules': [
        { rule: '!has(self.list) || self.pool.max > 1', message: 'pool' },
        { rule: `!has(self.list) || ${EVERY_PAIR}`, message: 'pairs' },
      ],
    });
    await publish(admin, 'costly', 'base', { some: 1 });
    const list = Array.from({ length: 10_000 }, (_, index) => `${index}`);
    const etag = (await admin.get('/services/costly/documents/base')).headers['etag'] ?? '';
    const startedMs = performance.now();
    const refused = await admin
      .post(versionsOf('costly'))
      .set('if-match', etag)
      .send({ content: { list }, confirm: true })
      .expect(isProblem(422, 'invalid_content'));
    expect(performance.now() - startedMs).toBeLessThan(10_000);
    const messages = errorsOf(refused.body).map(({ message }) => message);
    expect(messages).toContainEqual(
      expect.stringMatching(/^pool \(the rule cannot be evaluated: .*No such key: pool/),
    );
    expect(messages).toContainEqual(expect.stringMatching(/^pairs \(the rule takes more than/));
  });

  it('are refused with their place when the schema is put', async () => {
    const admin = plane.request();
    await register(admin, 'wrong');
    const schema = { 'x-binnacle-rules': [POOL_RULE, { rule: 'config.a > 1', message: 'x' }] };
    const refused = await admin.put(schemaOf('wrong')).send(schema).expect(isProblem(422, 'invalid_schema'));
    expect(errorsOf(refused.body)).toEqual([
      {
        pointer: '/x-binnacle-rules/1/rule',
        message: 'character 1: Unknown variable: config; the config is called self',
      },
    ]);
  });
});

describe('a change of a schema', () => {
  it('is tried on what every environment has now, and the answer says which break it and where', async () => {
    const admin = plane.request();
    await register(admin, 'strict');
    await publish(admin, 'strict', 'base', { pool: { min: 1, max: 5 }, limit: 1 });
    await publish(admin, 'strict', 'prod', { pool: { min: 9 } });
    const schema = { ...SCHEMA, required: ['limit'] };
    const found = [{ pointer: '/pool', message: 'min is above max' }];
    const check = await admin
      .post(`${schemaOf('strict')}/check`)
      .send(schema)
      .expect(200);
    expect(check.body as SchemaCheck).toEqual({
      valid: true,
      errors: [],
      warnings: [],
      breaks: [{ service: 'strict', environment: 'prod', errors: found }],
    });
    await admin.get(schemaOf('strict')).expect(404);
    const refused = await admin
      .put(schemaOf('strict'))
      .send(schema)
      .expect(isProblem(409, 'schema_breaks_config'));
    expect(errorsOf(refused.body)).toEqual([{ ...found[0], service: 'strict', environment: 'prod' }]);
    await admin
      .put(`${schemaOf('strict')}?force=true`)
      .send(schema)
      .expect(200);
    const wrong = await admin
      .post(`${schemaOf('strict')}/check`)
      .send({ type: 'strnig' })
      .expect(200);
    expect(wrong.body).toMatchObject({ valid: false, errors: [{ pointer: '/type' }], breaks: [] });
  });

  it('goes by If-Match', async () => {
    const admin = plane.request();
    await register(admin, 'matched');
    const conflict = isProblem(412, 'version_conflict');
    await admin.put(schemaOf('matched')).set('if-match', '"1"').send({}).expect(conflict);
    const first = await admin.put(schemaOf('matched')).send({ type: 'object' }).expect(200);
    const etag = first.headers['etag'] ?? '';
    await admin.put(schemaOf('matched')).set('if-match', etag).send({ title: 'two' }).expect(200);
    await admin.put(schemaOf('matched')).set('if-match', etag).send({ title: 'three' }).expect(conflict);
  });

  it('of a shared service is tried on its own documents, as are their changes', async () => {
    const admin = plane.request();
    await register(admin, 'library', { kind: 'shared' });
    await publish(admin, 'library', 'base', { port: 'x' });
    const schema = { properties: { port: { type: 'integer' } } };
    await admin.put(schemaOf('library')).send(schema).expect(isProblem(409, 'schema_breaks_config'));
    await publish(admin, 'library', 'base', { port: 1 });
    await put('library', schema);
    const etag = (await admin.get('/services/library/documents/base')).headers['etag'] ?? '';
    await admin
      .post(versionsOf('library'))
      .set('if-match', etag)
      .send({ content: { port: 'y' } })
      .expect(isProblem(422, 'invalid_content'));
  });
});

describe('formats', () => {
  const YAML = '# Orders\r\ndb:\r\n    pool: {max: 10} # per process\r\n\r\nname:   "a"\r\n';

  it('keep a text byte for byte, also when an old version comes back', async () => {
    const admin = plane.request();
    await register(admin, 'kept');
    await admin.post(versionsOf('kept')).send({ content: YAML, format: 'yaml' }).expect(201);
    const document = '/services/kept/documents/base';
    const read = await admin.get(document).expect(200);
    expect(read.body).toMatchObject({ source: YAML, format: 'yaml' });
    const second = '{ "db":1.0,\t"z" : [] }';
    await admin
      .post(versionsOf('kept'))
      .set('if-match', read.headers['etag'] ?? '')
      .send({ content: second, confirm: true })
      .expect(201);
    const now = await admin.get(document).expect(200);
    expect(now.body).toMatchObject({ source: second });
    await admin
      .post(`${document}/rollback`)
      .set('if-match', now.headers['etag'] ?? '')
      .send({ to: 1 })
      .expect(201);
    expect((await admin.get(document).expect(200)).body).toMatchObject({ source: YAML, version: 3 });
  });

  it('of the effective config: YAML, variables and properties, each with its ETag', async () => {
    const admin = plane.request();
    await register(admin, 'texts');
    await publish(admin, 'texts', 'base', { db: { pool: { max: 10 } }, motd: 'it is on' });
    const config = '/services/texts/environments/dev/config';
    const texts = {
      yaml: ['application/yaml', 'db:\n  pool:\n    max: 10\nmotd: it is on\n'],
      env: ['text/plain', "DB_POOL_MAX=10\nMOTD='it is on'\n"],
      properties: ['text/plain', 'db.pool.max=10\nmotd=it is on\n'],
    } as const;
    for (const [format, [type, text]] of Object.entries(texts)) {
      const answer = await admin.get(`${config}?format=${format}`).buffer(true).expect(200);
      expect(answer.headers['content-type']).toContain(type);
      expect(answer.text).toBe(text);
      const etag = answer.headers['etag'] ?? '';
      expect(etag).toContain(format);
      await admin.get(`${config}?format=${format}`).set('if-none-match', etag).expect(304);
      await admin.get(config).set('if-none-match', etag).expect(200);
    }
    await admin.get(`${config}?format=toml`).expect(isProblem(400, 'invalid_request'));
    await admin.get(`${config}?format=yaml&explain`).expect(isProblem(400, 'invalid_request'));
    await publish(admin, 'texts', 'dev', { db_pool: { max: 1 } });
    const refused = await admin.get(`${config}?format=env`).expect(isProblem(422, 'invalid_content'));
    expect(errorsOf(refused.body)).toMatchObject([{ pointer: '/db_pool/max' }]);
    await admin.get(`${config}?format=yaml`).expect(200);
  });

  it.each<[string, 'json' | 'yaml', string, number, number, RegExp]>([
    ['a key that stands twice', 'json', '{\n  "a": 1,\n  "a": 2\n}', 3, 3, /stands twice/],
    ['a key that stands twice', 'yaml', 'a: 1\nb: 2\na: 3\n', 3, 1, /stands twice/],
    ['a comma at the end', 'json', '{"a": 1,\n}', 2, 1, /key in double quotes/],
    ['a number that loses digits', 'json', '{"a":\n9007199254740993}', 2, 1, /lose digits/],
    ['a number that loses digits', 'yaml', 'a:\n  - 9007199254740993\n', 2, 5, /lose digits/],
    ['a tab for indentation', 'yaml', 'a:\n\tb: 1\n', 2, 1, /[Tt]ab/],
    ['two documents', 'yaml', 'a: 1\n---\nb: 2\n', 3, 1, /one YAML document/],
    ['a comment', 'json', '{"a": 1 // one\n}', 1, 9, /expected/],
  ])('name %s in %s with its line and column', async (_what, format, content, line, column, message) => {
    const admin = plane.request();
    await register(admin, `t-${format}-${line}-${column}-${content.length}`);
    const answer = await admin
      .post(versionsOf(`t-${format}-${line}-${column}-${content.length}`))
      .send({ content, format })
      .expect(isProblem(422, 'invalid_content'));
    const [error] = errorsOf(answer.body);
    expect(error).toMatchObject({ line, column, message: expect.stringMatching(message) as string });
    expect(error?.pointer).toMatch(/^\/content/);
  });

  it('name what is wrong with a body itself: encoding, a key that stands twice, a comma too many', async () => {
    const bodies: [Buffer, RegExp][] = [
      [Buffer.from('{"content":\n{"a":1,"a":2}}'), /line 2, column 8: the key "a" stands twice/],
      [Buffer.from('{"content":{"a":1,}}'), /line 1, column 19: expected a key/],
      [Buffer.from('\ufeff{"content":{}}'), /byte order mark/],
      [Buffer.from('{"content":{}}', 'utf16le'), /UTF-16/],
      [Buffer.from('{"content":{"a":"ü"}}', 'latin1'), /not valid UTF-8: line 1, column 18/],
    ];
    await register(plane.request(), 'bytes');
    for (const [body, message] of bodies) {
      const answer = await fetch(`${plane.api(0).url}/api/v1${versionsOf('bytes')}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${plane.adminToken}`, 'content-type': 'application/json' },
        body: new Uint8Array(body),
      });
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({
        code: 'malformed_request',
        detail: expect.stringMatching(message) as string,
      });
    }
  });
});
