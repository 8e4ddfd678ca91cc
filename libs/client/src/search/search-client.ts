import type { SearchHit, searchQuerySchema } from '@binnacle/contracts';
import type { Input } from '../http/input.js';
import { everyItem, type Page, type PageOptions } from '../http/page.js';
import type { CallOptions, Transport } from '../http/transport.js';

/** What is looked for, and where. */
export type SearchFilter = Omit<Input<typeof searchQuerySchema>, 'limit' | 'cursor'>;

/** `/search` */
export class SearchClient {
  constructor(private readonly transport: Transport) {}

  /** One page of hits. The server looks at a bounded part for each: a page without hits may have a next one. */
  find(filter: SearchFilter, page: PageOptions = {}, options?: CallOptions): Promise<Page<SearchHit>> {
    return this.transport.read({ method: 'GET', path: 'search', query: { ...filter, ...page } }, options);
  }

  /**
   * Every hit.
   *
   * @example for await (const { service, pointer } of client.search.all({ key: 'poolSize' })) console.log(service, pointer);
   */
  all(filter: SearchFilter, page: PageOptions = {}, options?: CallOptions): AsyncGenerator<SearchHit, void> {
    return everyItem((cursor) => this.find(filter, { ...page, ...cursor }, options));
  }
}
