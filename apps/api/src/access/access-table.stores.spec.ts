import { randomBytes } from 'node:crypto';
import { pino } from 'pino';
import { io, type Socket } from 'socket.io-client';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { AGENTS_NAMESPACE, ROUTE_NEEDS, SOCKET_NEEDS } from '@binnacle/contracts';
import { createSpecDatabase, type SpecDatabase } from '../../../../test/harness/spec-database.js';
import { AgentRooms } from '../agents/agent-rooms.js';
import { type Application, createApplication } from '../application.js';
import { readEnvironment } from '../environment.js';

const PREFIX = '/api/v1';
/** Outside of the API: for orchestrators and Prometheus, the reference, and what a browser asks before it asks. */
const OPEN = /^(GET|HEAD) \/(livez|readyz|metrics|api\/openapi\.json|api\/docs(\/.*)?)$|^OPTIONS /;

/** What socket.io itself tells of a connection is no event of a client. */
const OF_SOCKET_IO: ReadonlySet<string> = new Set(['disconnect', 'disconnecting', 'error']);

const ADMIN_TOKEN = randomBytes(24).toString('hex');
let spec: SpecDatabase;
let application: Application;
let agent: Socket;

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
});
afterAll(async () => {
  agent?.disconnect();
  await application?.stop();
  await spec.drop();
});

async function connectAgent(url: string): Promise<Socket> {
  await spec.query("insert into services (workspace_id, name, kind) values ('default', 'shop', 'service')");
  const socket = io(`${url}${AGENTS_NAMESPACE}`, {
    transports: ['websocket'],
    reconnection: false,
    auth: {
      token: ADMIN_TOKEN,
      service: 'shop',
      environment: 'dev',
      instance: { id: 'one', host: 'spec', version: '1', sdk: 'spec' },
      have: null,
    },
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
  const [socket] = application.nest.get(AgentRooms).sockets();
  if (socket === undefined) throw new Error('no agent is connected');
  const { server } = socket.nsp;
  const namespaces = [...server._nsps.keys()].filter((name) => name !== '/');
  expect(namespaces.sort()).toEqual(Object.keys(SOCKET_NEEDS).sort());
  const listened = socket
    .eventNames()
    .map(String)
    .filter((event) => !OF_SOCKET_IO.has(event));
  expect(listened.sort()).toEqual(Object.keys(SOCKET_NEEDS[AGENTS_NAMESPACE].events).sort());
});

it('answers an event that it does not name, and those of Object, with a refusal', async () => {
  for (const event of ['made-up', 'constructor', '__proto__']) {
    const answer: unknown = await agent.timeout(5_000).emitWithAck(event, {});
    expect(answer).toMatchObject({ error: { code: 'not_found' } });
  }
});
