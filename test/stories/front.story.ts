import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRawSocket } from '../harness/raw-socket.js';
import { rawRequest } from '../harness/raw-request.js';
import { register } from '../harness/request.js';
import { type Plane, startPlane } from '../harness/start-plane.js';

const API = fileURLToPath(new URL('../../apps/api/dist/main.js', import.meta.url));
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

describe('a start without what must be secret', () => {
  const complete = {
    BINNACLE_DATABASE_URL: 'postgres://binnacle:none@127.0.0.1:1/none',
    BINNACLE_REDIS_URL: 'redis://127.0.0.1:1',
    BINNACLE_ADMIN_TOKEN: randomBytes(16).toString('hex'),
    BINNACLE_SECRETS_KEY: randomBytes(32).toString('base64'),
  };

  it.each([
    ['BINNACLE_SECRETS_KEY', undefined],
    ['BINNACLE_SECRETS_KEY', Buffer.from('changeme-changeme-changeme-12345').toString('base64')],
    ['BINNACLE_ADMIN_TOKEN', undefined],
    ['BINNACLE_ADMIN_TOKEN', 'binnacle-admin-token'],
    ['BINNACLE_METRICS_TOKEN', 'metrics'],
  ])('is refused: %s as %s', async (variable, value) => {
    const { [variable]: _left, ...others } = complete as Record<string, string>;
    const env = {
      PATH: process.env['PATH'],
      ...others,
      ...(value === undefined ? {} : { [variable]: value }),
    };
    const child = spawn(process.execPath, [API], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const printed: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => printed.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => printed.push(chunk));
    const [code] = (await once(child, 'close')) as [number];
    const text = Buffer.concat(printed).toString('utf8');
    expect(code).toBe(1);
    expect(text).toContain(variable);
    expect(text).toContain('openssl rand -base64 32');
    if (value !== undefined) expect(text).not.toContain(value);
  });
});

describe('a server with its defaults', () => {
  let plane: Plane;
  beforeAll(async () => {
    plane = await startPlane({ environment: { BINNACLE_CORS_ORIGINS: 'https://console.example' } });
    await register(plane.request(), 'front');
  });
  afterAll(() => plane.stop());

  it('tells browsers to do nothing with what the API answers, and to keep nothing', async () => {
    for (const path of ['/services', '/services/nobody']) {
      const { headers } = await plane.request().get(path);
      expect(headers).toMatchObject({
        'content-security-policy': "default-src 'none';frame-ancestors 'none'",
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
      });
      for (const name of ['server', 'x-powered-by', 'strict-transport-security'])
        expect(headers).not.toHaveProperty(name);
    }
  });

  it('serves its reference under a policy that lets it run', async () => {
    const page = await fetch(`${plane.api(0).url}/api/docs/`);
    expect(page.status).toBe(200);
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/script-src 'self' 'sha256-[^']+'(;|$)/);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(await page.text()).not.toMatch(/src="https?:/);
  });

  it('lets pages of listed origins in, and of no others', async () => {
    const url = `${plane.api(0).url}/api/v1/services`;
    const ask = (origin: string, method = 'GET') =>
      fetch(url, {
        method,
        headers: { ...bearer(plane.adminToken), origin, 'access-control-request-method': 'PUT' },
      });
    const listed = await ask('https://console.example');
    expect(listed.headers.get('access-control-allow-origin')).toBe('https://console.example');
    expect(listed.headers.get('access-control-allow-credentials')).toBe('true');
    expect(listed.headers.get('access-control-expose-headers')).toBe('ETag, Retry-After, X-Request-Id');
    const preflight = await ask('https://console.example', 'OPTIONS');
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-methods')).toContain('PUT');
    for (const origin of ['https://evil.example', 'https://console.example.evil.example', 'null']) {
      for (const method of ['GET', 'OPTIONS']) {
        const other = await ask(origin, method);
        expect(other.headers.get('access-control-allow-origin')).toBeNull();
        expect(other.headers.get('access-control-allow-credentials')).toBeNull();
      }
    }
  });

  it('refuses sockets that pages of other origins open', async () => {
    const { url } = plane.api(0);
    const refused = await openRawSocket(url, { origin: 'https://evil.example' });
    expect(refused).toMatchObject({ status: 403, headers: { 'content-type': 'application/problem+json' } });
    for (const origin of ['https://console.example', url]) {
      const allowed = await openRawSocket(url, { origin });
      expect(allowed.status).toBe(101);
      if ('socket' in allowed) allowed.socket.terminate();
    }
  });

  it.each([
    ['no HTTP', 'hello\r\n\r\n', 400],
    ['a method that nobody knows', 'BREW /api/v1/services HTTP/1.1\r\nhost: a\r\n\r\n', 400],
    [
      'two lengths',
      'POST /api/v1/services HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nx',
      400,
    ],
    [
      'a length and chunks',
      'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    ['no host', 'GET /livez HTTP/1.1\r\n\r\n', 400],
    ['a URL that is too long', `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nhost: a\r\n\r\n`, 431],
    [
      'headers that are too large',
      `GET /livez HTTP/1.1\r\nhost: a\r\nx-a: ${'a'.repeat(20_000)}\r\n\r\n`,
      431,
    ],
    [
      'too many headers',
      `GET /livez HTTP/1.1\r\nhost: a\r\n${'x-a: 1\r\n'.repeat(150)}connection: close\r\n\r\n`,
      400,
    ],
    [
      'bad percent-encoding',
      'GET /api/v1/services/%zz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n',
      400,
    ],
    [
      'a name that is too long',
      `GET /api/v1/services/${'a'.repeat(300)} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`,
      400,
    ],
    ['polling', 'GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nhost: a\r\n\r\n', 400],
    ['TRACE', 'TRACE / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n', 404],
    ['OPTIONS', 'OPTIONS * HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n', 404],
    [
      'another protocol',
      'GET /livez HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n',
      200,
    ],
  ])('answers %s plainly', async (_what, text, status) => {
    const answer = await rawRequest(plane.api(0).url, text);
    expect(answer.text).not.toMatch(/fastify|nest|node_modules|HPE_|FST_|parse error|at \w+ \(/i);
    expect(answer.text).not.toMatch(/^(server|x-powered-by):/im);
    // Of those that are not answered the connection is closed.
    expect([0, status]).toContain(answer.status);
    if (answer.status < 400) return;
    // Node's own answer to a missing host is bare.
    if (/^0\r\n\r\n$/m.test(answer.text)) return expect(answer.text).toMatch(/^connection: close/im);
    expect(answer.text).toMatch(/^content-type: application\/problem\+json/im);
    for (const header of ['x-content-type-options', 'x-request-id', 'cache-control'])
      expect(answer.text).toMatch(new RegExp(`^${header}: `, 'im'));
  });

  it('refuses a body that is not UTF-8 instead of mending it', async () => {
    const response = await fetch(`${plane.api(0).url}/api/v1/services`, {
      method: 'POST',
      headers: { ...bearer(plane.adminToken), 'content-type': 'application/json' },
      body: Buffer.from('{"name":"x","description":"\xff\xfe"}', 'latin1'),
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      code: 'malformed_request',
      detail: 'The body is not valid UTF-8: line 1, column 28.',
    });
  });

  it('closes a connection on which a request dribbles', { timeout: 30_000 }, async () => {
    const { port, hostname } = new URL(plane.api(0).url);
    const socket = connect({ host: hostname, port: Number(port) });
    await once(socket, 'connect');
    const startedAt = performance.now();
    let answer = '';
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.on('error', () => socket.destroy());
    socket.write('GET /livez HTTP/1.1\r\n');
    const dribble = setInterval(() => socket.write('x: y\r\n'), 500);
    await once(socket, 'close');
    clearInterval(dribble);
    expect(performance.now() - startedAt).toBeLessThan(15_000);
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
  });
});

it('asks browsers to insist on TLS when its public URL has it', async () => {
  const plane = await startPlane({ environment: { BINNACLE_PUBLIC_URL: 'https://binnacle.example' } });
  try {
    const { headers } = await plane.request().get('/services');
    expect(headers['strict-transport-security']).toBe('max-age=31536000');
    const own = await openRawSocket(plane.api(0).url, { origin: 'https://binnacle.example' });
    expect(own.status).toBe(101);
    if ('socket' in own) own.socket.terminate();
    expect((await openRawSocket(plane.api(0).url, { origin: plane.api(0).url })).status).toBe(403);
  } finally {
    await plane.stop();
  }
});
