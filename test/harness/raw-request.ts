import { once } from 'node:events';
import { connect } from 'node:net';

/**
 * Sends text as it is and gives the head and body of what is answered before the server closes, or before a second
 * of silence: for requests that no client library would send.
 */
export async function rawRequest(url: string, text: string): Promise<{ status: number; text: string }> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  await once(socket, 'connect');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  // A server that has answered may reset what it did not read.
  socket.on('error', () => socket.destroy());
  socket.setTimeout(1_000, () => socket.destroy());
  socket.write(text);
  await once(socket, 'close');
  const answer = Buffer.concat(chunks).toString('utf8');
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0), text: answer };
}
