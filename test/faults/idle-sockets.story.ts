import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { eventually, within } from '../harness/eventually.js';
import { Journal } from '../harness/journal.js';
import { ProcessWatch } from '../harness/process-watch.js';
import { openedSocket } from '../harness/raw-socket.js';
import { createToken, publish, register } from '../harness/request.js';
import { type Plane, startPlane } from '../harness/start-plane.js';
import { TestAgent } from '../harness/test-agent.js';

const CROWD = 1_000;
/** The server's own limit is ten seconds, looked at once a second. */
const CLOSED_WITHIN_MS = 15_000;

const watch = new ProcessWatch();
let plane: Plane;
let agent: TestAgent;
let revision = 0;

beforeAll(async () => {
  plane = await startPlane({ environment: watch.environment });
  await register(plane.request(), 'steady');
  agent = await anAgent('steady-1');
});
afterAll(async () => {
  agent.close();
  await plane.stop();
  watch.dispose();
});

async function anAgent(id: string): Promise<TestAgent> {
  const { token } = await createToken(plane.request(), 'agent');
  const { url } = plane.api(0);
  return TestAgent.connect({ id, url, token, service: 'steady', environment: 'dev', journal: new Journal() });
}

/** Publishes, and expects the agent that was there before to have it at once. */
async function expectAtWork(): Promise<void> {
  revision += 1;
  await publish(plane.request(), 'steady', 'base', { turn: revision });
  await eventually(() => expect(agent.have?.revision).toBe(revision), { timeoutMs: 5_000 });
  expect(agent.disconnects).toEqual([]);
}

/** In groups, as the backlog of a listening port is not endless. */
async function crowd<Member>(join: () => Promise<Member>): Promise<Member[]> {
  const members: Member[] = [];
  while (members.length < CROWD) members.push(...(await Promise.all(Array.from({ length: 100 }, join))));
  return members;
}

it('a thousand sockets that do not say who they are are closed, and hold up nobody', async () => {
  const { pid } = plane.api(0);
  watch.begin();
  const sockets = await crowd(() => openedSocket(plane.api(0).url));
  const gone = sockets.map((socket) => once(socket, 'close'));
  expect(sockets.filter(({ readyState }) => readyState === WebSocket.OPEN)).toHaveLength(CROWD);
  await expectAtWork();
  (await anAgent('newcomer')).close();
  await within(CLOSED_WITHIN_MS, 'closing idle sockets', Promise.all(gone));
  await expectAtWork();
  expect(plane.api(0).pid).toBe(pid);
  expect(watch.blockedMs).toBeLessThan(100);
});

it('a thousand connections on which nothing comes are closed too', async () => {
  const { hostname, port } = new URL(plane.api(0).url);
  const connections = await crowd(async () => {
    const connection = connect({ host: hostname, port: Number(port) });
    connection.on('error', () => connection.destroy());
    // What closes it is the server's answer that it waited long enough.
    connection.resume();
    await once(connection, 'connect');
    return connection;
  });
  const gone = connections.map((connection) => once(connection, 'close'));
  await expectAtWork();
  await within(CLOSED_WITHIN_MS, 'closing idle connections', Promise.all(gone));
  await expectAtWork();
});

it.each([
  ['no packet of engine.io', 'x'],
  ['no packet of socket.io', '4nothing'],
  ['broken JSON', '42/agents,["health",{'],
  ['a binary packet', Buffer.from([1, 2, 3])],
  [
    'a binary event with a billion attachments',
    '451000000000-/agents,["health",{"_placeholder":true,"num":0}]',
  ],
  ['more than a message may hold', `42/agents,["health","${'x'.repeat(2_000_000)}"]`],
  ['an event before it is known who speaks', '42/agents,["health",{}]'],
])('a socket that sends %s is closed', async (_what, packet) => {
  const sockets = await Promise.all(Array.from({ length: 20 }, () => openedSocket(plane.api(0).url)));
  const gone = sockets.map((socket) => once(socket, 'close'));
  for (const socket of sockets) socket.send(packet);
  await within(CLOSED_WITHIN_MS, 'closing malformed sockets', Promise.all(gone));
  await expectAtWork();
});

it('a socket that keeps asking to be admitted is closed', async () => {
  const socket = await openedSocket(plane.api(0).url);
  const gone = once(socket, 'close');
  for (let time = 0; time < 10; time++) socket.send('40/agents,{"token":"bnk_nobody"}');
  await within(2_000, 'closing it', gone);
  await expectAtWork();
});

it('a socket that floods is closed, and no other', async () => {
  const { token } = await createToken(plane.request(), 'agent');
  const socket = await openedSocket(plane.api(0).url);
  const gone = once(socket, 'close');
  const instance = { id: 'flood', host: 'h', version: '1', sdk: 'story' };
  const auth = { token, service: 'steady', environment: 'dev', instance, have: null };
  const admitted = once(socket, 'message');
  socket.send(`40/agents,${JSON.stringify(auth)}`);
  await admitted;
  watch.begin();
  for (let time = 0; time < 20_000; time++) socket.send('42/agents,["nothing",{}]');
  await within(CLOSED_WITHIN_MS, 'closing the flood', gone);
  await expectAtWork();
  expect(watch.blockedMs).toBeLessThan(100);
});
