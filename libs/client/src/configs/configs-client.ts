import type { ConfigTextFormat, EffectiveConfigBody, RevisionBody } from '@binnacle/contracts';
import { everyItem, type Page, type PageOptions } from '../http/page.js';
import { path } from '../http/path.js';
import type { Answer, CallOptions, Query, Transport } from '../http/transport.js';
import { PlaneUnreachable } from '../http/plane-unreachable.js';

/** How long one long poll waits, in seconds; the server allows 60. */
const WAIT_SECONDS = 30;
/** A process that is stopping answers its long polls at once: then this is the time until the next one. */
const PAUSE_MS = 1000;

/** One revision as `readRevision` gives it. */
export type RevisionWithContent = RevisionBody & Pick<EffectiveConfigBody, 'content'>;

export interface WatchOptions extends CallOptions {
  /** How long the server may hold one request open, in seconds: 1 to 60. */
  readonly waitSeconds?: number;
}

/** `/services/{service}/environments/{environment}/config` and its revisions. */
export class ConfigsClient {
  constructor(
    private readonly transport: Transport,
    private readonly timeoutMs: number,
  ) {}

  /** The effective config: the newest revision that was released. */
  async read(service: string, environment: string, options?: CallOptions): Promise<EffectiveConfigBody> {
    return bodyOf(await this.get(service, environment, {}, {}, options));
  }

  /**
   * The effective config as a text: YAML, environment variables, or Java properties. Secrets stay references.
   *
   * @throws Problem `invalid_content` when the format cannot hold this config
   */
  readText(
    service: string,
    environment: string,
    format: ConfigTextFormat,
    options?: CallOptions,
  ): Promise<string> {
    const place = path`services/${service}/environments/${environment}/config`;
    return this.transport.read({ method: 'GET', path: place, query: { format }, isText: true }, options);
  }

  /** The effective config with the layer that every leaf came from. */
  async explain(service: string, environment: string, options?: CallOptions): Promise<EffectiveConfigBody> {
    return bodyOf(await this.get(service, environment, { explain: true }, {}, options));
  }

  /**
   * The effective config now, and again whenever it is another one, by long polls. Goes on until it is left, its signal
   * ends it, or a call fails; then it throws as any other call does.
   *
   * @example for await (const { content } of client.configs.watch('orders', 'prod')) apply(content);
   */
  async *watch(
    service: string,
    environment: string,
    { waitSeconds = WAIT_SECONDS, ...options }: WatchOptions = {},
  ): AsyncGenerator<EffectiveConfigBody, void> {
    const timeoutMs = (options.timeoutMs ?? this.timeoutMs) + waitSeconds * 1000;
    let answer = await this.get(service, environment, {}, {}, options);
    for (;;) {
      if (answer.body !== undefined) yield answer.body;
      const { etag } = answer;
      if (etag === undefined)
        throw new PlaneUnreachable('The answer has no ETag: something on the way took it.');
      const known = { 'if-none-match': etag };
      const askedMs = performance.now();
      answer = await this.get(service, environment, { wait: waitSeconds }, known, { ...options, timeoutMs });
      const isEarly = answer.body === undefined && performance.now() - askedMs < PAUSE_MS;
      if (isEarly) await pause(PAUSE_MS, options.signal);
    }
  }

  /** One page of revisions, newest first. */
  revisions(
    service: string,
    environment: string,
    page: PageOptions = {},
    options?: CallOptions,
  ): Promise<Page<RevisionBody>> {
    return this.transport.read(
      {
        method: 'GET',
        path: path`services/${service}/environments/${environment}/revisions`,
        query: { ...page },
      },
      options,
    );
  }

  /** Every revision, newest first. */
  allRevisions(
    service: string,
    environment: string,
    page: PageOptions = {},
    options?: CallOptions,
  ): AsyncGenerator<RevisionBody, void> {
    return everyItem((cursor) => this.revisions(service, environment, { ...page, ...cursor }, options));
  }

  readRevision(
    service: string,
    environment: string,
    revision: number,
    options?: CallOptions,
  ): Promise<RevisionWithContent> {
    return this.transport.read(
      { method: 'GET', path: path`services/${service}/environments/${environment}/revisions/${revision}` },
      options,
    );
  }

  private get(
    service: string,
    environment: string,
    query: Query,
    headers: Record<string, string>,
    options?: CallOptions,
  ): Promise<Answer<EffectiveConfigBody>> {
    return this.transport.send(
      { method: 'GET', path: path`services/${service}/environments/${environment}/config`, query, headers },
      options,
    );
  }
}

function bodyOf({ body, status }: Answer<EffectiveConfigBody>): EffectiveConfigBody {
  if (body === undefined) throw new PlaneUnreachable(`The answer (${status}) has no body.`);
  return body;
}

function pause(durationMs: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      if (signal?.aborted === true) reject(signal.reason);
      else resolve();
    };
    const timer = setTimeout(end, durationMs);
    signal?.addEventListener('abort', end);
  });
}
