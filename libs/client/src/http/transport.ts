import { CSRF_HEADER } from '@binnacle/contracts';
import { PlaneUnreachable } from './plane-unreachable.js';
import { readLines } from './read-lines.js';
import { readProblem } from './request-problem.js';

/** What every call takes. */
export interface CallOptions {
  /** Ends the call early; it then throws the reason of this signal. */
  readonly signal?: AbortSignal;
  /** The time limit of this call, instead of that of the client. */
  readonly timeoutMs?: number;
}

/** What calls that create something take: with the same key, the same request has its effect once. */
export interface CreateOptions extends CallOptions {
  readonly idempotencyKey?: string;
}

export type Query = Readonly<Record<string, QueryValue | readonly string[] | undefined>>;
type QueryValue = string | number | boolean;

export interface Request {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below `/api/v1/`, made with `path`. */
  readonly path: string;
  readonly query?: Query;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** The answer is no JSON. */
  readonly isText?: boolean;
}

export interface Answer<Body> {
  readonly status: number;
  /** Undefined when the answer has none: 204, 304. */
  readonly body: Body | undefined;
  readonly etag: string | undefined;
}

export interface TransportOptions {
  readonly url: string;
  /** Undefined for a page in a browser, whose cookie says who it is. */
  readonly token: string | undefined;
  readonly fetch: typeof fetch;
  readonly timeoutMs: number;
}

/** One request and its answer. An answer is taken for what the contracts say; only problems are looked at. */
export class Transport {
  /** Of the session in whose name a page sends its requests, once it is known. */
  csrfToken: string | undefined;
  private readonly base: URL;

  constructor(private readonly options: TransportOptions) {
    const { url } = options;
    this.base = new URL('api/v1/', url.endsWith('/') ? url : `${url}/`);
  }

  /** The body of the answer, for routes that always answer with one. */
  async read<Body>(request: Request, options: CreateOptions = {}): Promise<Body> {
    const { body, status } = await this.send<Body>(request, options);
    if (body === undefined)
      throw new PlaneUnreachable(`${this.base.origin} answered ${status} without a body.`);
    return body;
  }

  /**
   * @throws Problem when the server refused
   * @throws PlaneUnreachable when there was no answer in time, or none of the API
   */
  async send<Body>(request: Request, options: CreateOptions = {}): Promise<Answer<Body>> {
    const { timeoutMs = this.options.timeoutMs, signal } = options;
    const { fetch } = this.options;
    const timeLimit = AbortSignal.timeout(timeoutMs);
    const address = this.address(request);
    const init: RequestInit = {
      method: request.method,
      headers: this.headers(request, options),
      signal: signal === undefined ? timeLimit : AbortSignal.any([signal, timeLimit]),
      // A token must not follow to wherever a redirect leads.
      redirect: 'error',
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
    };
    try {
      const response = await fetch(address, init);
      return await readAnswer<Body>(response, request.isText === true);
    } catch (error) {
      signal?.throwIfAborted();
      if (timeLimit.aborted)
        throw new PlaneUnreachable(`${this.base.origin} did not answer within ${timeoutMs} ms.`, {
          cause: error,
        });
      if (error instanceof TypeError)
        throw new PlaneUnreachable(`${this.base.origin} cannot be reached.`, { cause: error });
      throw error;
    }
  }

  /**
   * The lines of a long answer, as they come. The time limit holds for each wait, not for the whole; whoever stops to ask
   * ends the request.
   *
   * @throws Problem when the server refused
   * @throws PlaneUnreachable when it did not go on in time, or broke off
   */
  async *lines(request: Request, options: CallOptions = {}): AsyncGenerator<string, void> {
    const { timeoutMs = this.options.timeoutMs, signal } = options;
    const end = new AbortController();
    const bounded = async <Part>(next: Promise<Part>): Promise<Part> => {
      const timer = setTimeout(() => end.abort(new TooLate()), timeoutMs);
      return next.finally(() => clearTimeout(timer));
    };
    try {
      const response = await bounded(
        this.options.fetch(this.address(request), {
          headers: this.headers(request, options),
          signal: signal === undefined ? end.signal : AbortSignal.any([signal, end.signal]),
          redirect: 'error',
        }),
      );
      if (!response.ok) throw readProblem(response.status, await bounded(response.text()));
      if (response.body !== null) yield* readLines(response.body, bounded);
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof TooLate)
        throw new PlaneUnreachable(`${this.base.origin} did not go on within ${timeoutMs} ms.`, {
          cause: error,
        });
      if (error instanceof TypeError || error instanceof RangeError)
        throw new PlaneUnreachable(`${this.base.origin} cannot be reached, or broke off.`, { cause: error });
      throw error;
    } finally {
      end.abort();
    }
  }

  private headers(request: Request, { idempotencyKey }: CreateOptions): Headers {
    const headers = new Headers(request.headers);
    headers.set('accept', 'application/json, application/problem+json');
    const { token } = this.options;
    if (token !== undefined) headers.set('authorization', `Bearer ${token}`);
    else if (this.csrfToken !== undefined) headers.set(CSRF_HEADER, this.csrfToken);
    if (request.body !== undefined) headers.set('content-type', 'application/json');
    if (idempotencyKey !== undefined) headers.set('idempotency-key', idempotencyKey);
    return headers;
  }

  private address({ path, query = {} }: Request): URL {
    const address = new URL(path, this.base);
    for (const [name, value] of Object.entries(query))
      for (const one of Array.isArray(value) ? value : [value])
        if (one !== undefined) address.searchParams.append(name, String(one));
    return address;
  }
}

class TooLate extends Error {}

async function readAnswer<Body>(response: Response, isText: boolean): Promise<Answer<Body>> {
  const { status } = response;
  const text = await response.text();
  if (!response.ok && status !== 304) throw readProblem(status, text);
  const etag = response.headers.get('etag') ?? undefined;
  if (isText) return { status, body: text as Body, etag };
  return { status, body: text === '' ? undefined : parse<Body>(text, status), etag };
}

function parse<Body>(text: string, status: number): Body {
  try {
    return JSON.parse(text) as Body;
  } catch (error) {
    throw new PlaneUnreachable(
      `The answer (${status}) is not JSON: something else answers at this address.`,
      {
        cause: error,
      },
    );
  }
}
