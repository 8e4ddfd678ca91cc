import { randomBytes } from 'node:crypto';
import { pino } from 'pino';
import { io, type Socket } from 'socket.io-client';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { AGENTS_NAMESPACE, CONSOLE_NAMESPACE, ROUTE_NEEDS, SOCKET_NEEDS } from '@binnacle/contracts';
import { createSpecDatabase, type SpecDatabase } from '../../../../test/harness/spec-database.js';
import { AgentRooms } from '../agents/agent-rooms.js';
import { type Application, createApplication } from '../application.js';
import { readEnvironment } from '../environment.js';

const PREFIX = '/api/v1';
/**
 * Outside of the API: for orchestrators and Prometheus, the reference, the files of the console, and what a browser asks
 * before it asks.
 */
const OPEN =
  /^(GET|HEAD) \/(livez|readyz|metrics|api\/openapi\.json|api\/docs(\/.*)?|assets\/[\w.-]+|[\w-]+\.(js|svg))$|^OPTIONS /;

/** What socket.io itself tells of a connection is no event of a client. */
const OF_SOCKET_IO: ReadonlySet<string> = new Set(['disconnect', 'disconnecting', 'error']);

const ADMIN_TOKEN = randomBytes(24).toString('hex');
let spec: SpecDatabase;
let application: Application;
let agent: Socket;
let page: Socket;

beforeAll(async () => {
  spec = await createSpecDatabase(inject('postgresUrl'));
  const environment = readEnvironment({
    BINNACLE_DATABASE_URL: spec.connectionString,
    BINNACLE_REDIS_URL: inject('redisUrl'),
    BINNACLE_ADMIN_TOKEN: ADMIN_TOKEN,
    BINNACLE_SECRETS_KEY: randomBytes(32).toString('base64'),
    BINNACLE_HOST: '127.0.0.1',
    BINNACLE_PORT: '0',
    BINNACLE_STANDALONE: 'true',
  });
  application = await createApplication(environment, pino({ level: 'silent' }));
  await application.start();
  agent = await connectAgent(await application.nest.getUrl());
  page = await connected(await application.nest.getUrl(), CONSOLE_NAMESPACE, {});
});
afterAll(async () => {
  agent?.disconnect();
  page?.disconnect();
  await application?.stop();
  await spec.drop();
});

async function connectAgent(url: string): Promise<Socket> {
  await spec.query("insert into services (workspace_id, name, kind) values ('default', 'shop', 'service')");
  return connected(url, AGENTS_NAMESPACE, {
    service: 'shop',
    environment: 'dev',
    instance: { id: 'one', host: 'spec', version: '1', sdk: 'spec' },
    have: null,
  });
}

async function connected(url: string, namespace: string, auth: object): Promise<Socket> {
  const socket = io(`${url}${namespace}`, {
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    auth: { token: ADMIN_TOKEN, ...auth },
  });
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('connect_error', reject));
  return socket;
}

it('names every route of the API, and no other', () => {
  const ofApi = [...application.routes].filter(
    (route) => route.includes(` ${PREFIX}/`) && !route.startsWith('HEAD '),
  );
  expect(ofApi.map((route) => route.replace(PREFIX, '')).sort()).toEqual(Object.keys(ROUTE_NEEDS).sort());
});

it('leaves out only what is open on purpose', () => {
  const outside = [...application.routes].filter((route) => !route.includes(` ${PREFIX}/`));
  expect(outside.length).toBeGreaterThan(3);
  expect(outside.filter((route) => !OPEN.test(route))).toEqual([]);
});

it('names every namespace with every event that is listened to, and no other', () => {
  const [one] = application.nest.get(AgentRooms).sockets();
  if (one === undefined) throw new Error('no agent is connected');
  const { server } = one.nsp;
  const namespaces = [...server._nsps].filter(([name]) => name !== '/');
  expect(namespaces.map(([name]) => name).sort()).toEqual(Object.keys(SOCKET_NEEDS).sort());
  for (const [name, { sockets }] of namespaces) {
    const [socket] = sockets.values();
    const listened = (socket?.eventNames() ?? []).map(String).filter((event) => !OF_SOCKET_IO.has(event));
    const { events } = SOCKET_NEEDS[name as keyof typeof SOCKET_NEEDS];
    expect(listened.sort()).toEqual(Object.keys(events).sort());
  }
});

it('answers an event that it does not name, and those of Object, with a refusal', async () => {
  for (const socket of [agent, page])
    for (const event of ['made-up', 'constructor', '__proto__']) {
      const answer: unknown = await socket.timeout(5_000).emitWithAck(event, {});
      expect(answer).toMatchObject({ error: { code: 'not_found' } });
    }
});
