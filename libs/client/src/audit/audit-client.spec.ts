import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Problem } from '@binnacle/contracts';
import { afterEach, expect, it } from 'vitest';
import { createClient } from '../client.js';
import { PlaneUnreachable } from '../http/plane-unreachable.js';
import type { AuditClient } from './audit-client.js';

let server: Server | undefined;

afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => (server === undefined ? resolve(undefined) : server.close(resolve)));
  server = undefined;
});

async function connect(answer: RequestListener, timeoutMs = 10_000): Promise<AuditClient> {
  const listening = createServer(answer);
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
  return createClient({ url, token: 't', timeoutMs }).audit;
}

const end = (entries: number) => `{"complete":true,"entries":${entries},"head":{"number":2,"hash":"h"}}\n`;

async function exported(audit: AuditClient): Promise<{ numbers: number[]; end: unknown }> {
  const numbers: number[] = [];
  const entries = audit.export({ action: 'token.' });
  for (;;) {
    const next = await entries.next();
    if (next.done) return { numbers, end: next.value };
    numbers.push(next.value.number);
  }
}

it('reads an export line by line, however its bytes are cut, and gives the head that it ends with', async () => {
  const bytes = Buffer.from(`{"number":1,"actor":"é😀"}\n{"number":2}\n${end(2)}`);
  const audit = await connect((request, response) => {
    expect(request.url).toBe('/api/v1/audit/export?action=token.');
    for (const byte of bytes) response.write(Buffer.from([byte]));
    response.end();
  });
  expect(await exported(audit)).toEqual({
    numbers: [1, 2],
    end: { complete: true, entries: 2, head: { number: 2, hash: 'h' } },
  });
});

it.each<[string, RequestListener]>([
  ['has no last line', (_request, response) => response.end('{"number":1}\n')],
  ['ends within a line', (_request, response) => response.end('{"number":1}\n{"num')],
  ['misses an entry', (_request, response) => response.end(`{"number":1}\n${end(2)}`)],
  [
    'is cut off',
    (_request, response) => {
      response.write('{"number":1}\n', () => response.destroy());
    },
  ],
  ['does not go on', (_request, response) => void response.write('{"number":1}\n')],
  ['never begins', () => {}],
])('does not take an export for whole that %s', async (_what, answer) => {
  const audit = await connect(answer, 100);
  await expect(exported(audit)).rejects.toThrow(PlaneUnreachable);
});

it('throws what the server refused', async () => {
  const problem = { type: 't', title: 't', status: 403, detail: 'No.', code: 'forbidden', requestId: 'r' };
  const audit = await connect((_request, response) => response.writeHead(403).end(JSON.stringify(problem)));
  const error = await exported(audit).catch((thrown: unknown) => thrown);
  expect(Problem.isInstance(error)).toBe(true);
  expect(error).toMatchObject({ code: 'forbidden', requestId: 'r' });
});

it('ends the request when its reader stops, or ends it', async () => {
  const { promise: isClosed, resolve } = Promise.withResolvers<void>();
  const audit = await connect((request, response) => {
    request.on('close', resolve);
    response.write('{"number":1}\n');
  });
  for await (const { number } of audit.export()) {
    expect(number).toBe(1);
    break;
  }
  await isClosed;

  const stop = new AbortController();
  const reason = new Error('enough');
  const entries = audit.export({}, { signal: stop.signal });
  await entries.next();
  stop.abort(reason);
  await expect(entries.next()).rejects.toBe(reason);
});
