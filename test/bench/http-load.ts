import { connect, type Socket } from 'node:net';
import { monotonicMs } from './program.ts';

const HEAD_END = '\r\n\r\n';

export interface HttpLoad {
  readonly port: number;
  readonly path: string;
  readonly token: string;
  readonly connections: number;
  readonly durationMs: number;
}

/** Answers a second to the same GET, sent again and again on each connection. Any other answer than a 200 rejects. */
export async function loadHttp(load: HttpLoad): Promise<number> {
  const request = Buffer.from(
    `GET ${load.path} HTTP/1.1\r\nhost: 127.0.0.1:${load.port}\r\nauthorization: Bearer ${load.token}\r\n\r\n`,
  );
  const startedAtMs = monotonicMs();
  const endAtMs = startedAtMs + load.durationMs;
  const counts = await Promise.all(
    Array.from({ length: load.connections }, () => askUntil(endAtMs, load.port, request)),
  );
  return (counts.reduce((sum, count) => sum + count, 0) / (monotonicMs() - startedAtMs)) * 1000;
}

function askUntil(endAtMs: number, port: number, request: Buffer): Promise<number> {
  const done = Promise.withResolvers<number>();
  const socket: Socket = connect({ host: '127.0.0.1', port, noDelay: true });
  let answered = 0;
  let received: Buffer = Buffer.alloc(0);
  socket.on('error', done.reject);
  socket.on('connect', () => socket.write(request));
  socket.on('data', (chunk: Buffer) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
    const length = answerLength(received);
    if (length === undefined || received.length < length) return;
    if (received.length > length) return void socket.destroy(new Error('more came than one answer'));
    if (received.toString('latin1', 9, 12) !== '200')
      return void socket.destroy(new Error(received.toString()));
    received = Buffer.alloc(0);
    answered += 1;
    if (monotonicMs() < endAtMs) return void socket.write(request);
    socket.end();
    done.resolve(answered);
  });
  return done.promise;
}

/** Bytes of head and body, once the head is there. */
function answerLength(received: Buffer): number | undefined {
  const headLength = received.indexOf(HEAD_END);
  if (headLength < 0) return undefined;
  const length = /content-length: (\d+)/i.exec(received.toString('latin1', 0, headLength))?.[1];
  return headLength + HEAD_END.length + Number(length ?? 0);
}
