import { once } from 'node:events';
import { WebSocket } from 'ws';

/** What came of asking for a websocket. */
export type Upgrade =
  | { readonly status: 101; readonly socket: WebSocket }
  | { readonly status: number; readonly headers: NodeJS.Dict<string | string[]>; readonly body: string };

/** Opens a websocket as engine.io has it, and says nothing on it. */
export async function openRawSocket(
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Upgrade> {
  const address = `${url.replace(/^http/, 'ws')}/socket.io/?EIO=4&transport=websocket`;
  const socket = new WebSocket(address, { headers });
  // What fails after this was asked for by its test, which sees it closed.
  socket.on('error', () => undefined);
  const { promise, resolve, reject } = Promise.withResolvers<Upgrade>();
  socket.once('open', () => resolve({ status: 101, socket }));
  socket.once('close', () => reject(new Error('the connection was closed before it was answered')));
  socket.once('unexpected-response', (_request, response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    void once(response, 'end').then(() =>
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        body: Buffer.concat(chunks).toString('utf8'),
      }),
    );
  });
  return promise;
}

/** The same, for a test that goes on with it. */
export async function openedSocket(url: string): Promise<WebSocket> {
  const upgrade = await openRawSocket(url);
  if (!('socket' in upgrade)) throw new Error(`refused with ${upgrade.status}: ${upgrade.body}`);
  return upgrade.socket;
}
