import type { changeEnvironmentSchema, createEnvironmentSchema, EnvironmentBody } from '@binnacle/contracts';
import type { Input } from '../http/input.js';
import { everyItem, type Page, type PageOptions } from '../http/page.js';
import { path } from '../http/path.js';
import type { CallOptions, CreateOptions, Transport } from '../http/transport.js';

/** `/environments` */
export class EnvironmentsClient {
  constructor(private readonly transport: Transport) {}

  /** One page of environments, in their order. */
  list(page: PageOptions = {}, options?: CallOptions): Promise<Page<EnvironmentBody>> {
    return this.transport.read({ method: 'GET', path: 'environments', query: { ...page } }, options);
  }

  /** Every environment, in their order. */
  all(page: PageOptions = {}, options?: CallOptions): AsyncGenerator<EnvironmentBody, void> {
    return everyItem((cursor) => this.list({ ...page, ...cursor }, options));
  }

  create(
    environment: Input<typeof createEnvironmentSchema>,
    options?: CreateOptions,
  ): Promise<EnvironmentBody> {
    return this.transport.read({ method: 'POST', path: 'environments', body: environment }, options);
  }

  read(environment: string, options?: CallOptions): Promise<EnvironmentBody> {
    return this.transport.read({ method: 'GET', path: path`environments/${environment}` }, options);
  }

  /** Moves it in the order, or protects it. */
  change(
    environment: string,
    change: Input<typeof changeEnvironmentSchema>,
    options?: CallOptions,
  ): Promise<EnvironmentBody> {
    return this.transport.read(
      { method: 'PATCH', path: path`environments/${environment}`, body: change },
      options,
    );
  }
}
