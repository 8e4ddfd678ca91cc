import type {
  DiffSide,
  DocumentBody,
  DocumentDiffBody,
  DocumentVersionBody,
  PreviewBody,
  previewContentSchema,
  PublishedBody,
  publishVersionSchema,
  rollbackSchema,
  validateContentSchema,
  ValidationBody,
} from '@binnacle/contracts';
import type { Input } from '../http/input.js';
import { everyItem, type Page, type PageOptions } from '../http/page.js';
import { path } from '../http/path.js';
import type { CallOptions, CreateOptions, Transport } from '../http/transport.js';

export interface PublishOptions extends CreateOptions {
  /** The version that this change was made on; needed when there is one. */
  readonly basedOn?: number;
}

/** `/services/{service}/documents/{base or environment}` */
export class DocumentsClient {
  constructor(private readonly transport: Transport) {}

  /** The published version. */
  read(service: string, layer: string, options?: CallOptions): Promise<DocumentBody> {
    return this.transport.read(
      { method: 'GET', path: path`services/${service}/documents/${layer}` },
      options,
    );
  }

  /** One page of versions, newest first. */
  versions(
    service: string,
    layer: string,
    page: PageOptions = {},
    options?: CallOptions,
  ): Promise<Page<DocumentVersionBody>> {
    return this.transport.read(
      { method: 'GET', path: path`services/${service}/documents/${layer}/versions`, query: { ...page } },
      options,
    );
  }

  /** Every version, newest first. */
  allVersions(
    service: string,
    layer: string,
    page: PageOptions = {},
    options?: CallOptions,
  ): AsyncGenerator<DocumentVersionBody, void> {
    return everyItem((cursor) => this.versions(service, layer, { ...page, ...cursor }, options));
  }

  readVersion(service: string, layer: string, version: number, options?: CallOptions): Promise<DocumentBody> {
    return this.transport.read(
      { method: 'GET', path: path`services/${service}/documents/${layer}/versions/${version}` },
      options,
    );
  }

  /**
   * What changed from one state of a document to another: as a JSON Patch, and as changes that a person reads.
   *
   * @param from,to a version, `live` (unless said otherwise), `draft` or a tag; 0 is the empty document before the first
   * version
   * @throws Problem `invalid_content` for a draft that cannot be parsed
   */
  diff(
    service: string,
    layer: string,
    { from, to }: { readonly from: DiffSide; readonly to?: DiffSide },
    options?: CallOptions,
  ): Promise<DocumentDiffBody> {
    return this.transport.read(
      { method: 'GET', path: path`services/${service}/documents/${layer}/diff`, query: { from, to } },
      options,
    );
  }

  /**
   * Publishes a version.
   *
   * @throws Problem `version_conflict` when somebody published after `basedOn`, `precondition_required` without it,
   * `invalid_content` with the JSON Pointers of what is wrong
   * @example
   * const { content, version } = await client.documents.read('orders', 'base');
   * await client.documents.publish('orders', 'base', { content: { ...content, poolSize: 20 } }, { basedOn: version });
   */
  publish(
    service: string,
    layer: string,
    version: Input<typeof publishVersionSchema>,
    { basedOn, ...options }: PublishOptions = {},
  ): Promise<PublishedBody> {
    const headers = ifMatch(basedOn);
    return this.transport.read(
      { method: 'POST', path: path`services/${service}/documents/${layer}/versions`, headers, body: version },
      options,
    );
  }

  /** Publishes the content of an old version again, as a new one. */
  rollback(
    service: string,
    layer: string,
    rollback: Input<typeof rollbackSchema>,
    { basedOn, ...options }: PublishOptions = {},
  ): Promise<PublishedBody> {
    const headers = ifMatch(basedOn);
    return this.transport.read(
      {
        method: 'POST',
        path: path`services/${service}/documents/${layer}/rollback`,
        headers,
        body: rollback,
      },
      options,
    );
  }

  /**
   * What publishing a content would do: the revisions of every service and environment that it changes, what is wrong or
   * warned of, and whether it would have to be confirmed. Keeps nothing.
   */
  preview(
    service: string,
    layer: string,
    content: Input<typeof previewContentSchema>,
    options?: CallOptions,
  ): Promise<PreviewBody> {
    return this.transport.read(
      { method: 'POST', path: path`services/${service}/documents/${layer}/preview`, body: content },
      options,
    );
  }

  /** Checks a content against everything that publishing it would change, and keeps nothing. */
  validate(
    service: string,
    layer: string,
    content: Input<typeof validateContentSchema>,
    options?: CallOptions,
  ): Promise<ValidationBody> {
    return this.transport.read(
      { method: 'POST', path: path`services/${service}/documents/${layer}/validate`, body: content },
      options,
    );
  }
}

function ifMatch(version: number | undefined): Record<string, string> {
  return version === undefined ? {} : { 'if-match': `"${version}"` };
}
