import { connect, type Socket } from 'node:net';
import { monotonicMs } from './program.ts';

const HEAD_END = '\r\n\r\n';

export interface HttpLoad {
  readonly port: number;
  readonly path: string;
  /** Of a bearer; or the whole header of another credential. */
  readonly token: string | { readonly header: string };
  readonly connections: number;
  /** Requests that each connection has under way at a time. */
  readonly pipelined: number;
  readonly durationMs: number;
}

/** Answers a second to the same GET, sent again and again on each connection. Any other answer than a 200 rejects. */
export async function loadHttp(load: HttpLoad): Promise<number> {
  const credential =
    typeof load.token === 'string' ? `authorization: Bearer ${load.token}` : load.token.header;
  const request = `GET ${load.path} HTTP/1.1\r\nhost: 127.0.0.1:${load.port}\r\n${credential}\r\n\r\n`;
  const startedAtMs = monotonicMs();
  const endAtMs = startedAtMs + load.durationMs;
  const counts = await Promise.all(
    Array.from({ length: load.connections }, () => askUntil(endAtMs, load, request)),
  );
  return (counts.reduce((sum, count) => sum + count, 0) / (monotonicMs() - startedAtMs)) * 1000;
}

function askUntil(endAtMs: number, { port, pipelined }: HttpLoad, request: string): Promise<number> {
  const done = Promise.withResolvers<number>();
  const socket: Socket = connect({ host: '127.0.0.1', port, noDelay: true });
  let answered = 0;
  let underWay = pipelined;
  let received: Buffer = Buffer.alloc(0);
  socket.on('error', done.reject);
  socket.on('connect', () => socket.write(request.repeat(pipelined)));
  socket.on('data', (chunk: Buffer) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
    const { answers, bytes } = completeAnswers(received);
    if (answers === undefined) return void socket.destroy(new Error(received.toString()));
    received = received.subarray(bytes);
    answered += answers;
    underWay -= answers;
    if (monotonicMs() < endAtMs) {
      socket.write(request.repeat(answers));
      underWay += answers;
    } else if (underWay === 0) {
      socket.end();
      done.resolve(answered);
    }
  });
  return done.promise;
}

/** How many whole answers these bytes begin with; undefined when one of them is not a 200. */
function completeAnswers(received: Buffer): { answers: number | undefined; bytes: number } {
  let answers = 0;
  let bytes = 0;
  for (;;) {
    const headEnd = received.indexOf(HEAD_END, bytes);
    if (headEnd < 0) return { answers, bytes };
    const head = received.toString('latin1', bytes, headEnd);
    if (!head.startsWith('HTTP/1.1 200')) return { answers: undefined, bytes };
    const end = headEnd + HEAD_END.length + Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
    if (received.length < end) return { answers, bytes };
    answers += 1;
    bytes = end;
  }
}
