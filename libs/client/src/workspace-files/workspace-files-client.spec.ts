import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { createClient } from '../client.js';
import { PlaneUnreachable } from '../http/plane-unreachable.js';

let server: Server | undefined;

afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => (server === undefined ? resolve(undefined) : server.close(resolve)));
  server = undefined;
});

async function exported(body: string): Promise<string[]> {
  const listening = createServer((_request, response) => response.end(body));
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
  const paths: string[] = [];
  for await (const { path } of createClient({ url, token: 't' }).workspaceFiles.export()) paths.push(path);
  return paths;
}

const file = (path: string) => `${JSON.stringify({ path, content: '{}\n' })}\n`;
const end = (files: number) => `${JSON.stringify({ complete: true, files })}\n`;

it('gives the files of an export that came to its end', async () => {
  expect(await exported(file('a') + file('b') + end(2))).toEqual(['a', 'b']);
});

it.each([
  ['without its last line', file('a')],
  ['within a line', `${file('a')}{"path":`],
  ['with a file too few', file('a') + end(2)],
  ['with what is no file', `{"path": 1}\n${end(1)}`],
])('does not take an export %s for a whole one', async (_what, body) => {
  await expect(exported(body)).rejects.toThrow(PlaneUnreachable);
});
