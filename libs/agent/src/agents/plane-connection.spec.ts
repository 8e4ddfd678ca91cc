import { createServer as createHttpServer } from 'node:http';
import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ScriptedPlane } from '../../../../test/harness/scripted-plane.js';
import {
  RECONNECT_BASE_MS,
  RECONNECT_CAP_MS,
  reconnectDelayMs,
  REFUSED_CAP_MS,
  refusedDelayMs,
} from './back-off.js';
import { PlaneConnection } from './plane-connection.js';

const WAIT = { timeout: 5_000, interval: 5 };
const report = { seq: 0, lifecycle: 'ready' as const, checks: [] };

describe('the connection to the plane', () => {
  let plane: ScriptedPlane;
  let connection: PlaneConnection;
  let warnings: string[];
  let random: number;
  const onConnect = vi.fn();

  function open(url = plane.url): PlaneConnection {
    const warn = (message: string) => void warnings.push(message);
    connection = new PlaneConnection({
      url: new URL(url),
      handshake: () => ({
        token: 'secret',
        service: 'checkout',
        environment: 'prod',
        instance: { id: 'i-1', host: 'h', version: '1', sdk: 'test/1' },
        have: null,
      }),
      answerTimeoutMs: 100,
      logger: { info: () => {}, warn, error: warn },
      random: () => random,
      nowMs: () => performance.now(),
    });
    connection.addListener({ onConnect, onConfig: () => {}, onBreaker: () => {} });
    connection.open();
    return connection;
  }
  const connected = (times: number) => vi.waitFor(() => expect(onConnect).toHaveBeenCalledTimes(times), WAIT);

  beforeEach(async () => {
    plane = await ScriptedPlane.start();
    warnings = [];
    random = 0.1;
    onConnect.mockClear();
  });
  afterEach(async () => {
    connection.close();
    await plane.stop();
  });

  it('comes back by itself after the server restarted, and says once that it was away', async () => {
    open();
    await connected(1);
    await plane.stop();
    await vi.waitFor(() => expect(warnings).toHaveLength(1), WAIT);
    await plane.listen();
    await connected(2);
    expect(warnings).toEqual([expect.stringContaining('no connection to the control plane')]);
  });

  it('comes back when the server closes the socket', async () => {
    open();
    await connected(1);
    plane.sockets[0]?.disconnect(true);
    await connected(2);
    expect(connection.isConnected).toBe(true);
  });

  it('keeps a path in front of the URL, as behind a reverse proxy', async () => {
    const paths: (string | undefined)[] = [];
    const server = createHttpServer();
    server.on('upgrade', (request, socket) => {
      paths.push(request.url);
      socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    open(`http://127.0.0.1:${(server.address() as AddressInfo).port}/binnacle/`);
    await vi.waitFor(() => expect(paths[0]).toMatch(/^\/binnacle\/socket\.io\/\?/), WAIT);
    connection.close();
    await new Promise((resolve) => server.close(resolve));
  });

  it('logs a refusal once and tries again at the cap', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'], shouldAdvanceTime: true });
    try {
      plane.refusal = { code: 'unauthenticated', message: 'this token is revoked' };
      open();
      for (let attempts = 1; attempts <= 3; attempts++) {
        await vi.waitFor(() => expect(plane.handshakes).toHaveLength(attempts), WAIT);
        await vi.waitFor(() => expect(plane.sockets).toHaveLength(0), WAIT);
        await vi.advanceTimersByTimeAsync(REFUSED_CAP_MS / 2 - 5_000);
        expect(plane.handshakes).toHaveLength(attempts);
        await vi.advanceTimersByTimeAsync(REFUSED_CAP_MS / 2);
      }
      expect(warnings).toEqual([expect.stringContaining('this token is revoked (unauthenticated)')]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('leaves within the time that a goaway gives', async () => {
    open();
    await connected(1);
    random = 0.5;
    const startedMs = performance.now();
    plane.goAway(200);
    await connected(2);
    expect(performance.now() - startedMs).toBeGreaterThan(90);
    expect(plane.handshakes).toHaveLength(2);
    expect(warnings).toEqual([]);
  });

  it('gives the answer of a request, and null for one that the plane refuses', async () => {
    const { request } = bound(open());
    expect(await request('health', report)).toBeNull();
    await connected(1);
    expect(await request('health', report)).toEqual({ want: null });
    plane.answerLease = () => ({ error: { code: 'rate_limited', detail: 'slowly' } }) as never;
    expect(await request('lease', { name: 'b', generation: 1 })).toBeNull();
    expect(warnings).toEqual([expect.stringContaining('slowly (rate_limited)')]);
    expect(connection.isConnected).toBe(true);
  });

  it('drops a connection on which a request is not answered (fault 12)', async () => {
    const proxy = await StallingProxy.start(plane);
    open(proxy.url);
    await connected(1);
    expect(connection.hasSpokenWithin(60_000, performance.now())).toBe(true);
    proxy.isStalled = true;
    expect(await bound(connection).request('health', report)).toBeNull();
    expect(connection.isConnected).toBe(false);
    expect(warnings).toEqual([expect.stringContaining('no answer to `health` within 100 ms')]);
    proxy.isStalled = false;
    await connected(2);
    await proxy.stop();
  });

  it('sends nothing of an old connection on a new one', async () => {
    const { request } = bound(open());
    await connected(1);
    plane.isSilent = true;
    const unanswered = request('health', report);
    await plane.stop();
    expect(await unanswered).toBeNull();
    expect(await request('health', report)).toBeNull();
    plane.isSilent = false;
    await plane.listen();
    await connected(2);
    expect(await request('health', { ...report, seq: 9 })).toEqual({ want: null });
    expect(plane.health.map(({ seq }) => seq)).toEqual([9]);
  });
});

describe('the waits between attempts', () => {
  it('double up to the cap, with full jitter', () => {
    const longest = [0, 1, 2, 3, 10, 5_000].map((failed) => reconnectDelayMs(failed, () => 1));
    expect(longest).toEqual([RECONNECT_BASE_MS, 1_000, 2_000, 4_000, RECONNECT_CAP_MS, RECONNECT_CAP_MS]);
    expect(reconnectDelayMs(10, () => 0)).toBe(0);
  });

  it('are long after a refusal', () => {
    expect([refusedDelayMs(() => 0), refusedDelayMs(() => 1)]).toEqual([REFUSED_CAP_MS / 2, REFUSED_CAP_MS]);
  });
});

function bound(connection: PlaneConnection) {
  return { request: connection.request.bind(connection) as PlaneConnection['request'] };
}

/** Forwards to a plane, or takes what comes and forwards nothing. */
class StallingProxy {
  isStalled = false;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(plane: ScriptedPlane) {
    const { port, hostname } = new URL(plane.url);
    this.#server = createServer((downstream) => {
      const upstream = connect(Number(port), hostname);
      for (const [from, to] of [
        [downstream, upstream],
        [upstream, downstream],
      ] as const) {
        this.#sockets.add(from);
        from.on('data', (bytes) => this.isStalled || to.write(bytes));
        from.on('close', () => to.destroy());
        from.on('error', () => to.destroy());
      }
    });
  }

  static async start(plane: ScriptedPlane): Promise<StallingProxy> {
    const proxy = new StallingProxy(plane);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
