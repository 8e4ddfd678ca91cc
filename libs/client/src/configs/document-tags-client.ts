import type { DocumentTagBody } from '@binnacle/contracts';
import { everyItem, type Page, type PageOptions } from '../http/page.js';
import { path } from '../http/path.js';
import type { CallOptions, Transport } from '../http/transport.js';

/** `/services/{service}/documents/{base or environment}/tags` */
export class DocumentTagsClient {
  constructor(private readonly transport: Transport) {}

  /** One page of tags, by name. */
  list(
    service: string,
    layer: string,
    page: PageOptions = {},
    options?: CallOptions,
  ): Promise<Page<DocumentTagBody>> {
    return this.transport.read(
      { method: 'GET', path: path`services/${service}/documents/${layer}/tags`, query: { ...page } },
      options,
    );
  }

  /** Every tag, by name. */
  all(
    service: string,
    layer: string,
    page: PageOptions = {},
    options?: CallOptions,
  ): AsyncGenerator<DocumentTagBody, void> {
    return everyItem((cursor) => this.list(service, layer, { ...page, ...cursor }, options));
  }

  /** Puts a tag on a version, or moves it there. */
  put(
    service: string,
    layer: string,
    tag: string,
    version: number,
    options?: CallOptions,
  ): Promise<DocumentTagBody> {
    return this.transport.read(
      {
        method: 'PUT',
        path: path`services/${service}/documents/${layer}/tags/${tag}`,
        body: { version },
      },
      options,
    );
  }

  async remove(service: string, layer: string, tag: string, options?: CallOptions): Promise<void> {
    await this.transport.send(
      { method: 'DELETE', path: path`services/${service}/documents/${layer}/tags/${tag}` },
      options,
    );
  }
}
