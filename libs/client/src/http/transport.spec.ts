import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Problem } from '@binnacle/contracts';
import { afterEach, expect, it } from 'vitest';
import { type Client, createClient } from '../client.js';
import { PlaneUnreachable } from './plane-unreachable.js';
import { RequestProblem } from './request-problem.js';

let server: Server | undefined;

afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => (server === undefined ? resolve(undefined) : server.close(resolve)));
  server = undefined;
});

async function connect(answer: RequestListener, timeoutMs = 10_000): Promise<Client> {
  const listening = createServer(answer);
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  return createClient({
    url: `http://127.0.0.1:${(listening.address() as AddressInfo).port}`,
    token: 't',
    timeoutMs,
  });
}

function thrownBy(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => expect.unreachable('it should have thrown'),
    (error: unknown) => error,
  );
}

const problem = (code: string) =>
  JSON.stringify({
    type: 'about:blank',
    title: 'No',
    status: 404,
    detail: 'There is no service orders.',
    code,
    requestId: 'r-1',
    errors: [{ pointer: '/service', message: 'no such service' }],
  });

it('throws what the server refused as a Problem, with the id of the request', async () => {
  const client = await connect((_request, response) => response.writeHead(404).end(problem('not_found')));
  const error = await thrownBy(client.services.read('orders'));
  expect(Problem.isInstance(error)).toBe(true);
  expect(error).toBeInstanceOf(RequestProblem);
  expect(error).toMatchObject({
    code: 'not_found',
    status: 404,
    message: 'There is no service orders.',
    requestId: 'r-1',
    errors: [{ pointer: '/service', message: 'no such service' }],
  });
});

it('takes a code that it does not know for one with the same status', async () => {
  const client = await connect((_request, response) => response.writeHead(409).end(problem('quite_new')));
  expect(await thrownBy(client.services.read('orders'))).toMatchObject({
    code: 'already_exists',
    requestId: 'r-1',
  });
});

it.each([
  ['an error page of a load balancer', 502, '<html>Bad Gateway</html>'],
  ['an empty error', 503, ''],
  ['a page that is not of the API', 200, '<html>Welcome</html>'],
  ['a redirect', 302, ''],
  ['nothing where there should be something', 200, ''],
])('tells %s from the word of the plane', async (_what, status, body) => {
  const client = await connect((_request, response) =>
    response.writeHead(status, { location: '/' }).end(body),
  );
  const error = await thrownBy(client.services.read('orders'));
  expect(PlaneUnreachable.isInstance(error)).toBe(true);
  expect(Problem.isInstance(error)).toBe(false);
});

it('says that nobody listens', async () => {
  const client = await connect(() => {});
  await new Promise((resolve) => server?.close(resolve));
  const error = await thrownBy(client.services.read('orders'));
  expect(error).toBeInstanceOf(PlaneUnreachable);
  expect(error).toMatchObject({ message: expect.stringContaining('cannot be reached') });
});

it.each([
  ['never answers', () => {}],
  ['never ends its answer', (_request, response) => void response.writeHead(200).write('{"items":')],
] satisfies [string, RequestListener][])('gives up on a server that %s', async (_what, answer) => {
  const client = await connect(answer, 50);
  const error = await thrownBy(client.services.read('orders'));
  expect(error).toBeInstanceOf(PlaneUnreachable);
  expect(error).toMatchObject({ message: expect.stringContaining('did not answer within 50 ms') });
});

it("ends with the caller's own reason when the caller ends it", async () => {
  const stop = new AbortController();
  const reason = new Error('the page was left');
  const client = await connect(() => stop.abort(reason));
  expect(await thrownBy(client.services.read('orders', { signal: stop.signal }))).toBe(reason);
});

it('goes through a list page by page, and only as far as it is asked to', async () => {
  const asked: (string | null)[] = [];
  const pages: Record<string, unknown> = {
    first: { items: [{ name: 'a' }, { name: 'b' }], nextCursor: 'two' },
    two: { items: [], nextCursor: 'three' },
    three: { items: [{ name: 'c' }], nextCursor: null },
  };
  const client = await connect((request, response) => {
    const query = new URL(request.url ?? '', 'http://plane').searchParams;
    asked.push(query.get('cursor'));
    expect(query.get('limit')).toBe('2');
    response.end(JSON.stringify(pages[query.get('cursor') ?? 'first']));
  });
  const names: string[] = [];
  for await (const { name } of client.services.all({ limit: 2 })) names.push(name);
  expect(names).toEqual(['a', 'b', 'c']);
  expect(asked).toEqual([null, 'two', 'three']);

  const first = await client.services.all({ limit: 2 }).next();
  expect(first.value).toEqual({ name: 'a' });
  expect(asked).toHaveLength(4);
});

it('goes through the overview as through any list', async () => {
  const client = await connect((request, response) => {
    const isFirst = !request.url?.includes('cursor=');
    response.end(
      JSON.stringify({ services: [{ name: isFirst ? 'a' : 'b' }], nextCursor: isFirst ? 'two' : null }),
    );
  });
  const names: string[] = [];
  for await (const { name } of client.health.allOverview('prod')) names.push(name);
  expect(names).toEqual(['a', 'b']);
});
