import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createClient } from '../client.js';
import type { ConfigsClient } from './configs-client.js';

/** A plane with one config: answers at once what is new to the asker, and holds the others until it is told. */
let server: Server;
let configs: ConfigsClient;
let revision: number;
let asked: string[];
let held: { readonly response: ServerResponse; readonly known: string | undefined }[];
let holding: PromiseWithResolvers<void>;

function answer(request: IncomingMessage, response: ServerResponse): void {
  const known = request.headers['if-none-match'];
  asked.push(`${request.url?.split('/').at(-1)} ${known ?? '-'}`);
  if (known !== etag()) return send(response);
  held.push({ response, known });
  holding.resolve();
}

const etag = () => `"e.${revision}"`;

function send(response: ServerResponse): void {
  const body = { epoch: 'e', revision, hash: 'h', content: { poolSize: revision } };
  response.writeHead(200, { etag: etag() }).end(JSON.stringify(body));
}

/** Waits until a long poll is held, and gives it. */
async function heldPoll() {
  await holding.promise;
  holding = Promise.withResolvers<void>();
  const poll = held.shift();
  if (poll === undefined) throw new Error('no poll is held');
  return poll;
}

beforeEach(async () => {
  revision = 1;
  asked = [];
  held = [];
  holding = Promise.withResolvers<void>();
  server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  configs = createClient({ url: `http://127.0.0.1:${port}`, token: 't', timeoutMs: 5_000 }).configs;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

it('gives the config now, and again whenever it is another one', async () => {
  const watch = configs.watch('orders', 'prod', { waitSeconds: 20 });
  expect((await watch.next()).value).toMatchObject({ revision: 1, content: { poolSize: 1 } });

  const second = watch.next();
  const poll = await heldPoll();
  revision = 2;
  send(poll.response);
  expect((await second).value).toMatchObject({ revision: 2, content: { poolSize: 2 } });
  expect(asked).toEqual(['config -', 'config?wait=20 "e.1"']);
  await watch.return();
});

it('asks again when the time of a poll is up, but not at once when it is sent away early', async () => {
  const watch = configs.watch('orders', 'prod', { waitSeconds: 20 });
  await watch.next();
  const second = watch.next();
  const poll = await heldPoll();
  const sentAwayMs = performance.now();
  poll.response.writeHead(304, { etag: poll.known }).end();

  const again = await heldPoll();
  expect(performance.now() - sentAwayMs).toBeGreaterThan(900);
  revision = 2;
  send(again.response);
  expect((await second).value).toMatchObject({ revision: 2 });
  await watch.return();
});

it('lets a poll last longer than the time limit of other calls', async () => {
  const timeoutMs = 400;
  const watch = configs.watch('orders', 'prod', { waitSeconds: 20, timeoutMs });
  await watch.next();
  const second = watch.next();
  const poll = await heldPoll();
  const heldMs = performance.now();
  await expect.poll(() => performance.now() - heldMs).toBeGreaterThan(timeoutMs + 100);
  revision = 2;
  send(poll.response);
  expect((await second).value).toMatchObject({ revision: 2 });
  await watch.return();
});

it('ends with its signal, while a poll is held and while it pauses', async () => {
  for (const isPausing of [false, true]) {
    const stop = new AbortController();
    const watch = configs.watch('orders', 'prod', { signal: stop.signal });
    await watch.next();
    const second = watch.next();
    const poll = await heldPoll();
    if (isPausing)
      await new Promise<void>((resolve) => poll.response.writeHead(304, { etag: poll.known }).end(resolve));
    stop.abort(new Error('enough'));
    await expect(second).rejects.toThrow('enough');
  }
});
