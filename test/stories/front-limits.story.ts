import { randomBytes } from 'node:crypto';
import { connect, type Socket as Connection } from 'node:net';
import { io, type Socket } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { AGENTS_NAMESPACE } from '@binnacle/contracts';
import { eventually } from '../harness/eventually.js';
import { openedSocket, openRawSocket } from '../harness/raw-socket.js';
import { createToken, isProblem, register } from '../harness/request.js';
import { type Plane, startPlane } from '../harness/start-plane.js';

/** Limits hold for windows of ten seconds. */
const WINDOW_SECONDS = 10;
/** Time for processes to tell each other, and too short to use up a limit by asking whether they have. */
const TOLD = { timeoutMs: 2_000 };

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const wrongToken = () => `bnk_${randomBytes(32).toString('base64url')}`;

/** Asks one after the other until it gets another status than `status`, at most so often; gives how often, and that answer. */
async function until(
  isOver: (response: Response) => boolean,
  atMost: number,
  ask: (turn: number) => Promise<Response>,
): Promise<{ before: number; response: Response }> {
  for (let turn = 0; turn < atMost; turn++) {
    const response = await ask(turn);
    if (isOver(response)) return { before: turn, response };
    await response.arrayBuffer();
  }
  throw new Error(`none of ${atMost} answers was the one that was waited for`);
}
const isRefused = (response: Response) => response.status === 429;

describe('rate limits', () => {
  const PER_ADDRESS = 30;
  const PER_TOKEN = 10;
  const FAILURES_PER_MINUTE = 60;
  let plane: Plane;
  beforeAll(async () => {
    plane = await startPlane({
      apis: 2,
      environment: {
        BINNACLE_TRUSTED_PROXIES: '127.0.0.1',
        BINNACLE_RATE_PER_ADDRESS: String(PER_ADDRESS),
        BINNACLE_RATE_PER_TOKEN: String(PER_TOKEN),
        BINNACLE_RATE_PER_ACCOUNT: '0',
        BINNACLE_FAILURES_PER_ADDRESS: String(FAILURES_PER_MINUTE),
      },
    });
  });
  afterAll(() => plane.stop());

  const ask = (index: number, headers: Record<string, string>, path = '/api/v1/services') =>
    fetch(`${plane.api(index).url}${path}`, { headers });

  it('hold for an address that a trusted proxy names, and never for the proxy itself', async () => {
    const from = (address: string) =>
      ask(0, { 'x-forwarded-for': `6.6.6.6, ${address}` }, '/api/openapi.json');
    const limit = PER_ADDRESS * WINDOW_SECONDS;
    const { before, response } = await until(isRefused, 3 * limit, () => from('203.0.113.1'));
    expect(before).toBeGreaterThanOrEqual(limit);
    expect(await response.json()).toMatchObject({ code: 'rate_limited', status: 429 });
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(response.headers.get('ratelimit-policy')).toBe(`"address";q=${limit};w=${WINDOW_SECONDS}`);
    expect(response.headers.get('ratelimit')).toMatch(/^"address";r=0;t=\d+$/);
    const nowhere = await ask(0, { 'x-forwarded-for': '203.0.113.1' }, '/nowhere');
    expect(await nowhere.json()).toMatchObject({ code: 'rate_limited', status: 429 });
    expect((await from('203.0.113.2')).status).toBe(200);
    expect((await ask(0, {}, '/api/openapi.json')).status).toBe(200);
    expect((await ask(0, { 'x-forwarded-for': '203.0.113.1' }, '/readyz')).status).toBe(200);
    await eventually(async () => {
      // Some of it comes back with time.
      await until(isRefused, 3 * limit, () => from('203.0.113.1'));
      expect((await ask(1, { 'x-forwarded-for': '203.0.113.1' })).status).toBe(429);
    }, TOLD);
  });

  it('hold for a token on all processes together', async () => {
    const { token } = await createToken(plane.request(), 'viewer');
    const useUp = () => until(isRefused, 3 * PER_TOKEN * WINDOW_SECONDS, () => ask(0, bearer(token)));
    await useUp();
    await eventually(async () => {
      await useUp();
      const response = await ask(1, bearer(token));
      expect(response.status).toBe(429);
      expect(response.headers.get('ratelimit')).toMatch(/^"token";r=0;/);
    }, TOLD);
    expect((await ask(1, bearer(plane.adminToken))).status).toBe(200);
  });

  it('are stricter with whoever guesses, and leave alone who is known', async () => {
    const from = { 'x-forwarded-for': '198.51.100.1' };
    const { token } = await createToken(plane.request(), 'viewer');
    const fleet = wrongToken();
    const allowed = (FAILURES_PER_MINUTE / 60) * WINDOW_SECONDS;
    // A whole fleet with one old token is a mistake, not a guess.
    for (let turn = 0; turn < 3 * allowed; turn++)
      expect((await ask(0, { ...from, ...bearer(fleet) })).status).toBe(401);
    const { before } = await until(isRefused, 3 * allowed, () =>
      ask(0, { ...from, ...bearer(wrongToken()) }),
    );
    expect(before).toBeGreaterThanOrEqual(allowed - 1);
    expect((await ask(0, bearer(token))).status).toBe(200);
    expect((await ask(0, { ...from, ...bearer(token) })).status).toBe(200);
    expect((await ask(0, bearer(wrongToken()))).status).toBe(401);
  });

  it('go on in each process while Redis is away', async () => {
    const { token } = await createToken(plane.request(), 'viewer');
    await plane.redis.stop();
    await until(isRefused, 3 * PER_TOKEN * WINDOW_SECONDS, () => ask(0, bearer(token)));
    expect((await ask(1, bearer(token))).status).toBe(200);
  });
});

describe('limits of connections', () => {
  const open = new Set<{ destroy(): unknown }>();
  let plane: Plane;
  beforeAll(async () => {
    plane = await startPlane({
      environment: {
        BINNACLE_MAX_CONNECTIONS_PER_ADDRESS: '40',
        BINNACLE_MAX_UNKNOWN_CONNECTIONS_PER_ADDRESS: '20',
        BINNACLE_MAX_SOCKETS_PER_TOKEN: '2',
        BINNACLE_MAX_PENDING_SOCKETS_PER_ADDRESS: '3',
      },
    });
    await register(plane.request(), 'crowd');
  });
  afterAll(() => plane.stop());
  afterEach(() => {
    for (const each of open) each.destroy();
    open.clear();
  });

  /** Resolves to whether the server left it open, by asking something on it. */
  async function stays(token?: string): Promise<boolean> {
    const { port, hostname } = new URL(plane.api(0).url);
    const connection: Connection = connect({ host: hostname, port: Number(port) });
    open.add(connection);
    connection.on('error', () => connection.destroy());
    const credential = token === undefined ? '' : `authorization: Bearer ${token}\r\n`;
    connection.write(`GET /api/v1/services HTTP/1.1\r\nhost: a\r\n${credential}\r\n`);
    const { promise, resolve } = Promise.withResolvers<boolean>();
    connection.once('data', () => resolve(true));
    connection.once('close', () => resolve(false));
    return promise;
  }

  it('close what one address opens beyond its share, until it has closed others', async () => {
    const openAll = async (token?: string) => {
      let opened = 0;
      while (await stays(token)) opened += 1;
      return opened;
    };
    // The harness itself holds a few.
    const known = await openAll(plane.adminToken);
    expect(known).toBeGreaterThan(20);
    expect(known).toBeLessThanOrEqual(40);
    for (const each of open) each.destroy();
    await eventually(async () => expect(await stays()).toBe(true));
    const unknown = await openAll('wrong');
    expect(unknown).toBeGreaterThan(10);
    expect(unknown).toBeLessThan(20);
    for (const each of open) each.destroy();
    await eventually(async () => expect(await stays()).toBe(true));
  });

  it('answer 503 to sockets beyond those that may wait to be admitted', async () => {
    const { url } = plane.api(0);
    const waiting = await Promise.all([openedSocket(url), openedSocket(url), openedSocket(url)]);
    const refused = await openRawSocket(url);
    expect(refused).toMatchObject({ status: 503, headers: { 'retry-after': '2' } });
    waiting[0]?.terminate();
    const again = await eventually(() => openedSocket(url));
    for (const socket of [...waiting, again]) socket.terminate();
  });

  it('refuse a further socket of one token, and say so', async () => {
    const { token } = await createToken(plane.request(), 'agent');
    const instance = (id: string) => ({ id, host: 'h', version: '1', sdk: 'story' });
    const connectAgent = (id: string): Socket =>
      io(`${plane.api(0).url}${AGENTS_NAMESPACE}`, {
        transports: ['websocket'],
        forceNew: true,
        reconnection: false,
        auth: { token, service: 'crowd', environment: 'dev', instance: instance(id), have: null },
      });
    const outcome = (socket: Socket) =>
      new Promise<string>((resolve) => {
        open.add({ destroy: () => socket.disconnect() });
        socket.once('connect', () => resolve('connected'));
        socket.once('connect_error', (error: Error & { data?: { code?: string } }) =>
          resolve(error.data?.code ?? error.message),
        );
      });
    const first = connectAgent('one');
    expect(await outcome(first)).toBe('connected');
    expect(await outcome(connectAgent('two'))).toBe('connected');
    expect(await outcome(connectAgent('three'))).toBe('rate_limited');
    first.disconnect();
    await eventually(async () => expect(await outcome(connectAgent('four'))).toBe('connected'));
  });
});

it('an address that no trusted proxy names cannot be pretended', async () => {
  const plane = await startPlane({ environment: { BINNACLE_RATE_PER_ADDRESS: '10' } });
  try {
    const { response } = await until(isRefused, 500, (turn) =>
      fetch(`${plane.api(0).url}/api/openapi.json`, {
        headers: { 'x-forwarded-for': `203.0.113.${turn % 250}` },
      }),
    );
    expect(response.status).toBe(429);
    await plane.request().get('/services').expect(isProblem(429, 'rate_limited'));
  } finally {
    await plane.stop();
  }
});
