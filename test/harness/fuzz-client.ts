import { Agent, request } from 'node:http';
import type { FuzzRequest } from './fuzz-requests.js';

const TIMEOUT_MS = 30_000;

export interface FuzzAnswer {
  /** 0 when the connection was closed without an answer. */
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

/** Sends what no library for HTTP would let through, on connections that are kept. */
export class FuzzClient {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 32 });
  readonly #url: URL;

  constructor(url: string) {
    this.#url = new URL(url);
  }

  send(fuzz: FuzzRequest, token: string | undefined): Promise<FuzzAnswer> {
    const { promise, resolve, reject } = Promise.withResolvers<FuzzAnswer>();
    const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const length = fuzz.body === undefined ? {} : { 'content-length': String(fuzz.body.length) };
    const isChunked = fuzz.headers['transfer-encoding'] !== undefined;
    const sent = request(
      {
        agent: this.#agent,
        host: this.#url.hostname,
        port: this.#url.port,
        method: fuzz.method,
        path: fuzz.path,
        headers: { ...authorization, ...fuzz.headers, ...(isChunked ? {} : length) },
        timeout: TIMEOUT_MS,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            type: response.headers['content-type'] ?? '',
            text: Buffer.concat(chunks).toString('utf8'),
          }),
        );
      },
    );
    sent.on('timeout', () => sent.destroy(new Error(`no answer within ${TIMEOUT_MS} ms: ${fuzz.route}`)));
    sent.on('error', (error: NodeJS.ErrnoException) => {
      // Closed while a body was still on its way: whoever asks knows whether that was to be.
      if (error.code === 'EPIPE' || error.code === 'ECONNRESET') resolve({ status: 0, type: '', text: '' });
      else reject(error);
    });
    sent.end(fuzz.body);
    return promise;
  }

  close(): void {
    this.#agent.destroy();
  }
}
