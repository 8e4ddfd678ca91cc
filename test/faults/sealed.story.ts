import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspect, promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Agent, createAgent } from '@binnacle/agent';
import { Canaries } from '../harness/canary.js';
import { eventually } from '../harness/eventually.js';
import { rawRequest } from '../harness/raw-request.js';
import { dumpRedis, RedisMonitor } from '../harness/redis-remains.js';
import { filesBelow, type Remains, tableRows } from '../harness/remains.js';
import { createToken, publish, register } from '../harness/request.js';
import { type Answer, sendAnything, type Sending } from '../harness/send-anything.js';
import { type Plane, startPlane } from '../harness/start-plane.js';

const ROTATE = fileURLToPath(new URL('../../libs/store/dist/secrets/rotate-cli.js', import.meta.url));
const SECRETS = '/services/shop/environments/prod/secrets';
const CONFIG = '/services/shop/environments/prod/config';
const CACHE_KEY = randomBytes(32).toString('base64');
const secretsKey = randomBytes(32).toString('base64');

const canaries = new Canaries();
const directory = mkdtempSync(join(tmpdir(), 'binnacle-sealed-'));
/** What was answered, said by agents, and printed: all but the two answers that are there to show a value. */
const heard: Remains[] = [];
const agents: Agent[] = [];
let plane: Plane;
let monitor: RedisMonitor;
let tokens: Record<'agent' | 'viewer' | 'editor' | 'publisher', string>;

/** Sends a request and keeps what was answered for the search. */
async function send(method: string, path: string, sending: Sending = {}): Promise<Answer> {
  const answer = await sendInSecret(method, path, sending);
  heard.push({
    where: `the answer ${answer.status} to ${method} ${path}`,
    text: answer.text + answer.headers,
  });
  return answer;
}

function sendInSecret(method: string, path: string, sending: Sending = {}): Promise<Answer> {
  return sendAnything(plane.api(0).url, method, path, { token: plane.adminToken, ...sending });
}

function connect(name: string, options: { cacheKey?: string; token?: string; weak?: boolean } = {}): Agent {
  const say = (message: string) => heard.push({ where: `the log of the agent ${name}`, text: message });
  const agent = createAgent({
    url: plane.api(0).url,
    token: options.token ?? tokens.agent,
    service: 'shop',
    environment: 'prod',
    instance: { id: name },
    cacheDir: join(directory, name),
    heartbeatMs: 300,
    logger: { info: say, warn: say, error: say },
    ...(options.cacheKey === undefined ? {} : { cacheKey: options.cacheKey }),
    ...(options.weak === true ? { validate: ({ content }) => `too weak: ${secretIn(content)}` } : {}),
  });
  agents.push(agent);
  return agent;
}

/** What a careless validator would tell. */
function secretIn(content: unknown): string {
  const { db } = content as { db?: { password?: { reveal(): string } } };
  return db?.password?.reveal() ?? 'nothing';
}

const valueOf = (agent: Agent) => agent.config.secret('db.password')?.reveal();

beforeAll(async () => {
  plane = await startPlane({
    workers: 1,
    environment: {
      BINNACLE_LOG_LEVEL: 'trace',
      BINNACLE_FEED_INTERVAL_MS: '300',
      BINNACLE_SECRETS_KEY: secretsKey,
    },
  });
  monitor = await RedisMonitor.start(plane.redis.url);
  const admin = plane.request();
  await register(admin, 'shop');
  const tokenOf = async (role: string) => (await createToken(admin, role)).token;
  tokens = {
    agent: await tokenOf('agent'),
    viewer: await tokenOf('viewer'),
    editor: await tokenOf('editor'),
    publisher: await tokenOf('publisher'),
  };
});
afterAll(async () => {
  monitor.stop();
  for (const agent of agents) await agent.close();
  await plane.stop();
  rmSync(directory, { recursive: true });
});

describe('a secret (promise 8)', () => {
  it('goes every way that it may go', async () => {
    const [first, second, third] = [
      canaries.plant('first'),
      canaries.plant('second'),
      canaries.plant('third'),
    ];
    const put = (value: string, headers = {}) =>
      send('PUT', `${SECRETS}/db-password`, { body: { value }, headers });
    expect((await put(first, { 'idempotency-key': 'put-1' })).status).toBe(200);
    await publish(plane.request(), 'shop', 'prod', {
      db: { host: 'db', password: { $secret: 'db-password' } },
    });
    const kept = connect('with-a-key', { cacheKey: CACHE_KEY });
    const unkept = connect('without-a-key');
    const weak = connect('careless', { weak: true });
    const barred = connect('barred', { token: plane.adminToken });
    await eventually(() => expect([valueOf(kept), valueOf(unkept)]).toEqual([first, first]));
    await eventually(() => expect(weak.config.status().rejected?.reason).toContain('[secret]'));
    await eventually(() => expect(barred.config.status().rejected?.reason).toContain('db-password'));
    expect((await put(second)).status).toBe(200);
    await eventually(() => expect([valueOf(kept), valueOf(unkept)]).toEqual([second, second]));

    const reveal = await sendInSecret('POST', `${SECRETS}/db-password/reveal`, {
      body: { version: 1 },
      headers: { 'idempotency-key': 'reveal-1' },
    });
    expect(reveal.text).toContain(first);
    const delivered = await sendInSecret('GET', CONFIG, { token: tokens.agent });
    expect(delivered.text).toContain(second);

    const protect = await send('PATCH', '/environments/prod', { body: { protected: true } });
    expect(protect.status).toBe(200);
    const waiting = JSON.parse((await put(third)).text) as { revisions: { approval: string }[] };
    await send('GET', '/approvals');
    await send('GET', `/approvals/${waiting.revisions[0]?.approval}`);
    const approved = await send('POST', `/approvals/${waiting.revisions[0]?.approval}/approve`, {
      token: tokens.publisher,
      body: {},
    });
    expect(approved.status).toBe(200);
    await send('PATCH', '/environments/prod', { body: { protected: false, reason: 'the story goes on' } });
    await eventually(() => expect([valueOf(kept), valueOf(unkept)]).toEqual([third, third]));

    await publish(plane.request(), 'shop', 'prod', {
      db: { host: 'other', password: { $secret: 'db-password' } },
    });
    const rollback = { body: { to: 1 }, headers: { 'if-match': '*' } };
    expect((await send('POST', '/services/shop/documents/prod/rollback', rollback)).status).toBe(201);
    for (const agent of [kept, unkept]) {
      heard.push({
        where: 'what an agent prints of its config',
        text: inspect(agent.config.snapshot(), { depth: 9 }),
      });
      heard.push({
        where: 'what an agent writes of its config',
        text: JSON.stringify(agent.config.snapshot()),
      });
    }
  });

  it('comes by wrong ways, and is turned away without a word of it', async () => {
    const plant = (label: string) => canaries.plant(label);
    const wrong: readonly (readonly [string, string, Sending, number])[] = [
      ['PUT', `${SECRETS}/wrong`, { body: { value: `${plant('too long')}${'x'.repeat(65_536)}` } }, 400],
      ['PUT', `${SECRETS}/wrong`, { body: `{"value":"${plant('half a pair')}\\ud800"}` }, 400],
      ['PUT', `${SECRETS}/wrong`, { body: { value: [plant('in a list')] } }, 400],
      ['PUT', `${SECRETS}/wrong`, { body: { value: { nested: plant('in an object') } } }, 400],
      ['PUT', `${SECRETS}/wrong`, { body: { value: 'x', note: plant('in another field') } }, 400],
      ['PUT', `${SECRETS}/wrong`, { body: { [plant('as a name')]: 'x' } }, 400],
      ['PUT', `${SECRETS}/wrong`, { body: [plant('a list')] }, 400],
      ['PUT', `${SECRETS}/wrong`, { body: JSON.stringify(plant('a text')) }, 400],
      ['PUT', `${SECRETS}/wrong`, { body: `{"value":"${plant('cut off')}` }, 400],
      ['PUT', `${SECRETS}/wrong`, { body: `{"value":${plant('without quotes')}}` }, 400],
      ['PUT', `${SECRETS}/wrong`, { body: `{"__proto__":{"value":"${plant('by prototype')}"}}` }, 400],
      ['PUT', `${SECRETS}/wrong`, { body: { value: plant('too large') + 'x'.repeat(300_000) } }, 413],
      [
        'PUT',
        `${SECRETS}/wrong`,
        { body: plant('no json'), headers: { 'content-type': 'application/xml' } },
        415,
      ],
      ['PUT', `${SECRETS}/wrong`, { body: { value: plant('stale') }, headers: { 'if-match': '"9"' } }, 412],
      ['PUT', `${SECRETS}/wrong`, { body: { value: plant('odd etag') }, headers: { 'if-match': 'x' } }, 400],
      ['PUT', `${SECRETS}/Wrong%20Name`, { body: { value: plant('wrong name') } }, 400],
      ['PUT', '/services/none/environments/prod/secrets/x', { body: { value: plant('no service') } }, 404],
      [
        'PUT',
        '/services/shop/environments/none/secrets/x',
        { body: { value: plant('no environment') } },
        404,
      ],
      ['PUT', `${SECRETS}/wrong`, { body: { value: plant('by an editor') }, token: tokens.editor }, 403],
      ['PUT', `${SECRETS}/wrong`, { body: { value: plant('by an agent') }, token: tokens.agent }, 403],
      ['PUT', `${SECRETS}/wrong`, { body: { value: plant('by nobody') }, token: null }, 401],
      ['PUT', `${SECRETS}/wrong`, { body: { value: plant('by a stranger') }, token: 'bnk_unknown' }, 401],
      ['POST', `${SECRETS}/wrong`, { body: { value: plant('wrong method') } }, 404],
      ['POST', `${SECRETS}/db-password/reveal`, { body: { version: plant('as a version') } }, 400],
      ['POST', `${SECRETS}/db-password/reveal`, { token: tokens.publisher, body: {} }, 403],
    ];
    for (const [method, path, sending, status] of wrong)
      expect([path, (await send(method, path, sending)).status]).toEqual([path, status]);

    const head = `PUT /api/v1${SECRETS}/wrong HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${plane.adminToken}\r\n`;
    const type = 'content-type: application/json\r\n';
    const broken = [
      `${head}${type}content-length: 500\r\n\r\n{"value":"${plant('never ended')}`,
      `${head}${type}content-length: 10\r\n\r\n{"value":"${plant('longer than said')}"}\r\n\r\n`,
      `${head}${type}transfer-encoding: chunked\r\n\r\nzz\r\n{"value":"${plant('broken chunk')}"}`,
    ];
    for (const text of broken)
      heard.push({
        where: 'the answer to a broken request',
        text: (await rawRequest(plane.api(0).url, text)).text,
      });
    expect((await send('GET', `${SECRETS}/wrong`)).status).toBe(404);
  });

  it('survives a restart of agents and of the plane, and a change of keys', async () => {
    for (const agent of agents.splice(0)) await agent.close();
    await plane.api(0).stop();
    const kept = connect('with-a-key', { cacheKey: CACHE_KEY });
    const unkept = connect('without-a-key');
    expect(valueOf(kept)).toMatch(/^canary-/);
    expect(valueOf(unkept)).toBeUndefined();
    expect(unkept.config.status().missingSecrets).toEqual(['db-password']);
    const ring = `next:${randomBytes(32).toString('base64')},first:${secretsKey}`;
    // The key of the first run had no name but its hash.
    const [row] = await plane.database.query<{ id: string }>('select wrapping_key_id as id from data_keys');
    const named = ring.replace('first:', `${row?.id}:`);
    await plane.api(0).start({ BINNACLE_SECRETS_KEY: named });
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [ROTATE, '--data-keys'], {
      env: {
        PATH: process.env['PATH'],
        BINNACLE_DATABASE_URL: plane.database.url,
        BINNACLE_SECRETS_KEY: named,
      },
    });
    heard.push({ where: 'the output of the rotation', text: stdout + stderr });
    await eventually(() => expect(valueOf(unkept)).toBe(valueOf(kept)), { timeoutMs: 30_000 });
    const after = canaries.plant('after the rotation');
    expect((await send('PUT', `${SECRETS}/db-password`, { body: { value: after } })).status).toBe(200);
    await eventually(() => expect([valueOf(kept), valueOf(unkept)]).toEqual([after, after]));
  });

  it('is found nowhere in plain', async () => {
    const places = ['', '/db-password', '/db-password/versions'].map((path) => `${SECRETS}${path}`);
    const revisions = '/services/shop/environments/prod/revisions';
    for (const path of [
      ...places,
      CONFIG,
      `${CONFIG}?explain=true`,
      revisions,
      `${revisions}/1`,
      '/services/shop/documents/prod',
      '/services/shop/documents/prod/versions/1',
      '/services/shop/environments/prod/instances',
      '/services/shop/environments/prod/health/transitions',
      '/overview?environment=prod',
      '/audit?limit=200',
      '/audit/export',
      '/approvals?state=approved',
      '/tokens',
    ])
      expect([path, (await send('GET', path)).status]).toEqual([path, 200]);
    for (const part of [...plane.apis, ...plane.workers]) {
      const metrics = await fetch(`${part.url}/metrics`);
      heard.push({ where: `the metrics of ${part.name}`, text: await metrics.text() });
    }
    const findings = [
      ...heard.flatMap(({ where, text }) => canaries.search(where, text)),
      ...(await tableRows(plane.database)).flatMap(({ where, text }) => canaries.search(where, text)),
      ...(await dumpRedis(plane.redis.url)).flatMap((line) => canaries.search('a key of Redis', line)),
      ...canaries.search('the commands sent to Redis', monitor.text),
      ...filesBelow(directory).flatMap(({ where, text }) => canaries.search(where, text)),
      ...[...plane.apis, ...plane.workers].flatMap(({ name, logs }) =>
        logs.flatMap((line) => canaries.search(`the log of ${name}`, line)),
      ),
    ];
    expect(findings).toEqual([]);
    // The search must have had something to search.
    expect(canaries.count).toBeGreaterThan(25);
    expect(monitor.text.length).toBeGreaterThan(1_000);
    expect(readdirSync(directory)).toEqual(expect.arrayContaining(['with-a-key', 'without-a-key']));
    expect(plane.api(0).logs.length).toBeGreaterThan(20);
    process.stdout.write(`${canaries.count} canaries, ${canaries.searchedBytes} characters searched\n`);
  });
});
