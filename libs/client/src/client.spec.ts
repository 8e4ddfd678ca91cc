import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { accessCalls } from '../../../test/harness/client-calls/access-calls.js';
import { configsCalls } from '../../../test/harness/client-calls/configs-calls.js';
import { runningCalls } from '../../../test/harness/client-calls/running-calls.js';
import { type Client, createClient } from './client.js';

interface Received {
  readonly route: string;
  readonly query: Record<string, string[]>;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}

let server: Server;
let client: Client;
const received: Received[] = [];

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://plane');
    const body = await text(request);
    const query: Record<string, string[]> = {};
    for (const name of searchParams.keys()) query[name] = searchParams.getAll(name);
    received.push({
      route: `${request.method} ${pathname}`,
      query,
      headers: request.headers,
      body: body === '' ? undefined : JSON.parse(body),
    });
    if (request.method === 'DELETE') response.writeHead(204).end();
    else response.end('{"items":[],"services":[],"nextCursor":null,"path":"x.json","content":"{}"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  client = createClient({ url: `http://127.0.0.1:${port}/behind/a/proxy`, token: 'secret' });
});
afterAll(() => new Promise((resolve) => server.close(resolve)));
beforeEach(() => received.splice(0));

/** Every method once. Those that are tested call the client that there is by then. */
const CALLS = [configsCalls, accessCalls, runningCalls].flatMap((callsOf) =>
  callsOf(createClient({ url: 'http://nobody', token: '' })).map(
    ([route, , carried], index) => [route, () => callsOf(client)[index]?.[1](), carried] as const,
  ),
);

const VALUES: Record<string, string> = {
  service: 'a',
  environment: 'b',
  name: 'c',
  layer: 'base',
  version: '3',
  revision: '3',
  id: 'i',
  tag: 'known-good',
};

it.each(CALLS)('%s', async (route, call, { query = {}, body } = {}) => {
  await call();
  const filled = route
    .replace(/\{(\w+)\}/g, (_whole, name: string) => VALUES[name] ?? '?')
    .replace(' /', ' /behind/a/proxy/api/v1/');
  expect(received).toEqual([
    { route: filled, query, body, headers: expect.objectContaining({ authorization: 'Bearer secret' }) },
  ]);
});

it('has a method for every route of the API', () => {
  const document = JSON.parse(
    readFileSync(new URL('../../../docs/openapi.json', import.meta.url), 'utf8'),
  ) as {
    paths: Record<string, Record<string, unknown>>;
  };
  const routes = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path.replace('/api/v1', '')}`),
  );
  expect([...new Set(CALLS.map(([route]) => route))].toSorted()).toEqual(routes.toSorted());
});

it('sends the version that a publish was based on, and the key that makes it happen once', async () => {
  await client.documents.publish('a', 'base', { content: {} }, { basedOn: 7, idempotencyKey: 'k' });
  await client.documents.rollback('a', 'base', { to: 1 }, { basedOn: 8 });
  await client.secrets.put('a', 'b', 'c', 'plain', { basedOn: 9 });
  expect(received.map(({ headers }) => headers['if-match'])).toEqual(['"7"', '"8"', '"9"']);
  expect(received.map(({ headers }) => headers['idempotency-key'])).toEqual(['k', undefined, undefined]);
});

it('sends what a draft was made on: its etag, or the version while there is none', async () => {
  await client.drafts.save('a', 'base', { content: {} });
  await client.drafts.save('a', 'base', { content: {} }, { basedOn: 3 });
  await client.drafts.save('a', 'base', { content: {} }, { basedOn: '"draft-1"' });
  await client.drafts.discard('a', 'base', '"draft-2"');
  await client.drafts.publish('a', 'base', '"draft-3"', {}, { idempotencyKey: 'k' });
  expect(received.map(({ headers }) => headers['if-match'])).toEqual([
    undefined,
    '"3"',
    '"draft-1"',
    '"draft-2"',
    '"draft-3"',
  ]);
  expect(received.at(-1)?.headers['idempotency-key']).toBe('k');
});

it('keeps a name inside its segment of the path', async () => {
  await client.breakers.read({ service: 'a', environment: 'b', name: 'pay/../x?y#z' });
  expect(received[0]?.route).toMatch(/breakers\/pay%2F\.\.%2Fx%3Fy%23z$/);
  for (const name of ['', '.', '..'])
    expect(() => client.services.read(name)).toThrow(`${JSON.stringify(name)} is not a name`);
  expect(received).toHaveLength(1);
});
