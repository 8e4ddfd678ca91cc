import { canonicalHash } from './canonical-hash.js';
import type { Journal } from './journal.js';
import { monotonicMs } from './monotonic-clock.js';

export interface PublisherOptions {
  readonly name: string;
  readonly token: string;
  readonly journal: Journal;
  /** Asked before every request: where to send it. */
  readonly url: () => string;
  readonly requestTimeoutMs?: number;
}

export type PublishOutcome =
  | { readonly kind: 'acknowledged'; readonly version: number }
  | { readonly kind: 'refused'; readonly status: number }
  | { readonly kind: 'unknown'; readonly reason: string };

/** Publishes contents, and writes down what it tried and what it was told. */
export class Publisher {
  readonly statuses: number[] = [];
  readonly #options: PublisherOptions;
  #attempts = 0;

  constructor(options: PublisherOptions) {
    this.#options = options;
  }

  /** Publishes over what it reads to be there. Never rejects: what cannot be reached or read is unknown. */
  async publish(service: string, layer: string, content: object): Promise<PublishOutcome> {
    const path = `/services/${service}/documents/${layer}`;
    try {
      const current = await this.#send('GET', path, {});
      const isNone = current.status === 404;
      if (current.status !== 200 && !isNone) return { kind: 'unknown', reason: `GET ${current.status}` };
      return await this.publishOver(isNone ? null : current.etag, service, layer, content);
    } catch (error) {
      return { kind: 'unknown', reason: String(error) };
    }
  }

  /** Publishes with this `If-Match`. */
  async publishOver(
    etag: string | null,
    service: string,
    layer: string,
    content: object,
  ): Promise<PublishOutcome> {
    const { name, journal } = this.#options;
    const attempt = `${name}-${++this.#attempts}`;
    journal.write({
      kind: 'attempt',
      attempt,
      atMs: monotonicMs(),
      service,
      layer,
      hash: canonicalHash(content),
    });
    const outcome = await this.#attempt(
      etag,
      `/services/${service}/documents/${layer}/versions`,
      content,
      attempt,
    );
    const atMs = monotonicMs();
    switch (outcome.kind) {
      case 'acknowledged': {
        const { version, revisions } = outcome;
        journal.write({ kind: 'acknowledged', attempt, atMs, version, revisions });
        return outcome;
      }
      case 'refused':
        journal.write({ kind: 'refused', attempt, atMs, status: outcome.status });
        return outcome;
      case 'unknown':
        journal.write({ kind: 'unknown', attempt, atMs, reason: outcome.reason });
        return outcome;
    }
  }

  async #attempt(etag: string | null, path: string, content: object, message: string) {
    try {
      const headers = etag === null ? {} : { 'if-match': etag };
      const { status, body } = await this.#send('POST', path, headers, { content, message });
      this.statuses.push(status);
      if (status === 201) {
        const { version, revisions } = body as {
          version: number;
          revisions: { service: string; environment: string; revision: number }[];
        };
        return { kind: 'acknowledged', version, revisions } as const;
      }
      // A server's own fault does not say whether the transaction had been committed.
      if (status >= 500) return { kind: 'unknown', reason: `status ${status}` } as const;
      return { kind: 'refused', status } as const;
    } catch (error) {
      return { kind: 'unknown', reason: String(error) } as const;
    }
  }

  async #send(method: string, path: string, headers: Record<string, string>, body?: object) {
    const { url, token, requestTimeoutMs = 10_000 } = this.#options;
    const response = await fetch(`${url()}/api/v1${path}`, {
      method,
      headers: {
        ...headers,
        authorization: `Bearer ${token}`,
        // A connection that a killed process had must not be chosen for the next request.
        connection: 'close',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(requestTimeoutMs),
    });
    const text = await response.text();
    return {
      status: response.status,
      etag: response.headers.get('etag'),
      body: text === '' ? null : JSON.parse(text),
    };
  }
}
