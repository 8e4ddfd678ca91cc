import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { type Client, createClient } from '../client.js';

let server: Server;
const received: IncomingMessage['headers'][] = [];

afterEach(() => {
  received.splice(0);
  return new Promise((resolve) => server.close(resolve));
});

async function connect(token?: string): Promise<Client> {
  let signedIn = 0;
  server = createServer((request, response) => {
    received.push(request.headers);
    if (request.method === 'DELETE') response.writeHead(204).end();
    else response.end(JSON.stringify({ csrfToken: token === undefined ? `csrf-${++signedIn}` : null }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return createClient(token === undefined ? { url } : { url, token });
}

it('sends the CSRF token that came last, until it has signed out', async () => {
  const client = await connect();
  await client.session.signIn({ email: 'ann@example.org', password: 'p' });
  await client.workspaces.create({ name: 'w' });
  await client.session.chooseWorkspace('v');
  await client.session.signOut();
  await client.session.read();
  expect(received.map((headers) => headers['x-csrf-token'])).toEqual([
    undefined,
    'csrf-1',
    'csrf-2',
    'csrf-3',
    undefined,
  ]);
  expect(received.every((headers) => headers.authorization === undefined)).toBe(true);
});

it('sends its token and nothing of a session when it has one', async () => {
  const client = await connect('t');
  await client.session.read();
  await client.services.register({ name: 'a' });
  expect(received.map((headers) => headers['x-csrf-token'])).toEqual([undefined, undefined]);
  expect(received.map(({ authorization }) => authorization)).toEqual(['Bearer t', 'Bearer t']);
});
