import { Agent, request } from 'node:http';

export interface RestAnswer<Body> {
  readonly status: number;
  readonly etag: string | undefined;
  readonly body: Body;
}

/** REST on kept-alive connections. Whatever is not a success rejects. */
export class RestClient {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });
  readonly #port: number;
  readonly #token: string;

  constructor(port: number, token: string) {
    this.#port = port;
    this.#token = token;
  }

  get<Body>(path: string): Promise<RestAnswer<Body>> {
    return this.#send('GET', path, undefined, {});
  }

  post<Body>(path: string, body: unknown, headers: Record<string, string> = {}): Promise<RestAnswer<Body>> {
    return this.#send('POST', path, body, headers);
  }

  delete(path: string): Promise<RestAnswer<unknown>> {
    return this.#send('DELETE', path, undefined, {});
  }

  close(): void {
    this.#agent.destroy();
  }

  #send<Body>(
    method: string,
    path: string,
    body: unknown,
    headers: Record<string, string>,
  ): Promise<RestAnswer<Body>> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const answer = Promise.withResolvers<RestAnswer<Body>>();
    const sent = request(
      {
        host: '127.0.0.1',
        port: this.#port,
        agent: this.#agent,
        method,
        path: `/api/v1${path}`,
        headers: {
          authorization: `Bearer ${this.#token}`,
          ...(text === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
          ...headers,
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', answer.reject);
        response.on('end', () => {
          const received = Buffer.concat(chunks).toString();
          const status = response.statusCode ?? 0;
          if (status >= 300) answer.reject(new Error(`${method} ${path}: ${status} ${received}`));
          else {
            const read = (received === '' ? undefined : JSON.parse(received)) as Body;
            answer.resolve({ status, etag: response.headers.etag, body: read });
          }
        });
      },
    );
    sent.on('error', answer.reject);
    sent.end(text);
    return answer.promise;
  }
}

/** A service whose `base` is published again and again. */
export class PublishedService {
  readonly name: string;
  readonly #client: RestClient;
  #etag: string | undefined;

  private constructor(client: RestClient, name: string) {
    this.#client = client;
    this.name = name;
  }

  static async register(client: RestClient, name: string): Promise<PublishedService> {
    await client.post('/services', { name });
    return new PublishedService(client, name);
  }

  /** Resolves, once it is acknowledged, with the number of the revision that this made in `environment`. */
  async publish(content: unknown, environment = 'prod'): Promise<number> {
    const { etag, body } = await this.#client.post<{
      revisions: { environment: string; revision: number }[];
    }>(
      `/services/${this.name}/documents/base/versions`,
      { content, message: 'benchmark' },
      this.#etag === undefined ? {} : { 'if-match': this.#etag },
    );
    this.#etag = etag;
    const made = body.revisions.find((revision) => revision.environment === environment);
    if (made === undefined) throw new Error(`publishing ${this.name} made no revision in ${environment}`);
    return made.revision;
  }
}

/** A document of about 2 kB, another for each number. */
export function twoKilobytes(number: number): Record<string, unknown> {
  const entries = Array.from({ length: 24 }, (_, index) => [
    `upstream-${index}`,
    { url: `https://upstream-${index}.example.com/api`, timeoutMs: 1500 + index, retries: 3 },
  ]);
  return { number, ...Object.fromEntries(entries) };
}
