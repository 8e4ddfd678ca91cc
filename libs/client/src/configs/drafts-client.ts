import type {
  DraftBody,
  DraftSummaryBody,
  EndedDraftBody,
  EndedDraftWithSourceBody,
  publishDraftSchema,
  PublishedBody,
  saveDraftSchema,
} from '@binnacle/contracts';
import type { Input } from '../http/input.js';
import { everyItem, type Page, type PageOptions } from '../http/page.js';
import { path } from '../http/path.js';
import type { CallOptions, CreateOptions, Transport } from '../http/transport.js';

export interface DraftFilter extends PageOptions {
  readonly service?: string;
  /** `base`, or the name of an environment. */
  readonly layer?: string;
}

export interface SaveDraftOptions extends CallOptions {
  /**
   * What the text was made on: the `etag` of the draft as it was read, or the number of the published version while there
   * is no draft. Left out where nothing is published either.
   */
  readonly basedOn?: string | number;
}

/** `/services/{service}/documents/{base or environment}/draft` and `/drafts` */
export class DraftsClient {
  constructor(private readonly transport: Transport) {}

  /** One page of the drafts of all documents, by service and layer. */
  list(filter: DraftFilter = {}, options?: CallOptions): Promise<Page<DraftSummaryBody>> {
    return this.transport.read({ method: 'GET', path: path`drafts`, query: { ...filter } }, options);
  }

  /** Every draft of all documents, by service and layer. */
  all(filter: DraftFilter = {}, options?: CallOptions): AsyncGenerator<DraftSummaryBody, void> {
    return everyItem((cursor) => this.list({ ...filter, ...cursor }, options));
  }

  /** @throws Problem `not_found` when there is no draft */
  read(service: string, layer: string, options?: CallOptions): Promise<DraftBody> {
    return this.transport.read(
      { method: 'GET', path: path`services/${service}/documents/${layer}/draft` },
      options,
    );
  }

  /**
   * Saves a draft, also one that cannot be parsed: `validation` in the answer says what is wrong.
   *
   * @throws Problem `version_conflict` when somebody saved in the meantime: read it, merge, and save on its `etag`
   * @example
   * const { etag } = await client.drafts.save('orders', 'base', { content: text, format: 'yaml' }, { basedOn: 3 });
   * await client.drafts.save('orders', 'base', { content: more, format: 'yaml' }, { basedOn: etag });
   */
  save(
    service: string,
    layer: string,
    draft: Input<typeof saveDraftSchema>,
    { basedOn, ...options }: SaveDraftOptions = {},
  ): Promise<DraftBody> {
    const headers = basedOn === undefined ? {} : ifMatch(basedOn);
    return this.transport.read(
      { method: 'PUT', path: path`services/${service}/documents/${layer}/draft`, headers, body: draft },
      options,
    );
  }

  /** Ends a draft; it is kept among those that ended. */
  async discard(service: string, layer: string, etag: string, options?: CallOptions): Promise<void> {
    const headers = ifMatch(etag);
    await this.transport.send(
      { method: 'DELETE', path: path`services/${service}/documents/${layer}/draft`, headers },
      options,
    );
  }

  /**
   * Publishes a draft as a version.
   *
   * @throws Problem `version_conflict` when it was saved in the meantime, or when another version was published than it
   * was made on: merge it with that one, and save it with `baseVersion`
   */
  publish(
    service: string,
    layer: string,
    etag: string,
    body: Input<typeof publishDraftSchema> = {},
    options?: CreateOptions,
  ): Promise<PublishedBody> {
    const headers = ifMatch(etag);
    return this.transport.read(
      { method: 'POST', path: path`services/${service}/documents/${layer}/draft/publish`, headers, body },
      options,
    );
  }

  /** One page of the drafts that were published or discarded, newest first. */
  ended(
    service: string,
    layer: string,
    page: PageOptions = {},
    options?: CallOptions,
  ): Promise<Page<EndedDraftBody>> {
    return this.transport.read(
      { method: 'GET', path: path`services/${service}/documents/${layer}/drafts`, query: { ...page } },
      options,
    );
  }

  /** Every draft that was published or discarded, newest first. */
  allEnded(
    service: string,
    layer: string,
    page: PageOptions = {},
    options?: CallOptions,
  ): AsyncGenerator<EndedDraftBody, void> {
    return everyItem((cursor) => this.ended(service, layer, { ...page, ...cursor }, options));
  }

  readEnded(
    service: string,
    layer: string,
    id: string,
    options?: CallOptions,
  ): Promise<EndedDraftWithSourceBody> {
    return this.transport.read(
      { method: 'GET', path: path`services/${service}/documents/${layer}/drafts/${id}` },
      options,
    );
  }
}

function ifMatch(basedOn: string | number): Record<string, string> {
  return { 'if-match': typeof basedOn === 'number' ? `"${basedOn}"` : basedOn };
}
