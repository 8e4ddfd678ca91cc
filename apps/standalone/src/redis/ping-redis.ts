import { connect } from 'node:net';

export type PingOutcome =
  | { kind: 'ready' }
  /** Not there yet, or still reading its file. */
  | { kind: 'not yet' }
  /** Something answers, but it is not the server that was started. */
  | { kind: 'refused'; reason: string };

/** Reads the replies to AUTH and PING (RESP: one line each); undefined while more is to come. */
export function readPingReplies(received: string): PingOutcome | undefined {
  const lines = received.split('\r\n').slice(0, -1);
  const error = lines.find((line) => line.startsWith('-'));
  if (error?.startsWith('-LOADING') === true) return { kind: 'not yet' };
  if (error !== undefined) return { kind: 'refused', reason: error.slice(1) };
  const [auth, pong] = lines;
  if (auth !== undefined && auth !== '+OK') return { kind: 'refused', reason: `it answered ${auth}` };
  if (pong === undefined) return undefined;
  return pong === '+PONG' ? { kind: 'ready' } : { kind: 'refused', reason: `it answered ${pong}` };
}

/** Asks the server on 127.0.0.1 once. The password holds no blanks or quotes: it goes as an inline command. */
export function pingRedis(port: number, password: string, timeoutMs: number): Promise<PingOutcome> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: timeoutMs });
    let received = '';
    const settle = (outcome: PingOutcome) => {
      socket.destroy();
      resolve(outcome);
    };
    socket.setEncoding('latin1');
    socket.on('connect', () => socket.write(`AUTH ${password}\r\nPING\r\n`));
    socket.on('data', (chunk: string) => {
      received += chunk;
      const outcome = readPingReplies(received);
      if (outcome !== undefined) settle(outcome);
    });
    for (const event of ['error', 'timeout', 'close']) socket.on(event, () => settle({ kind: 'not yet' }));
  });
}
