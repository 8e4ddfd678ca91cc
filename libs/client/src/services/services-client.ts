import type { changeServiceSchema, registerServiceSchema, ServiceBody } from '@binnacle/contracts';
import type { Input } from '../http/input.js';
import { everyItem, type Page, type PageOptions } from '../http/page.js';
import { path } from '../http/path.js';
import type { CallOptions, CreateOptions, Transport } from '../http/transport.js';

export interface ServiceFilter {
  /** Part of the name, display name or description. */
  readonly search?: string;
  /** `key=value`; of several, all must match. */
  readonly label?: string | readonly string[];
  readonly kind?: ServiceBody['kind'];
  /** Exactly this owner. */
  readonly owner?: string;
  /** Only services that include this one themselves. */
  readonly includes?: string;
  /** Also services that were archived. */
  readonly archived?: boolean;
}

/** `/services` */
export class ServicesClient {
  constructor(private readonly transport: Transport) {}

  /** One page of services, by name. */
  list(filter: ServiceFilter & PageOptions = {}, options?: CallOptions): Promise<Page<ServiceBody>> {
    return this.transport.read({ method: 'GET', path: 'services', query: { ...filter } }, options);
  }

  /**
   * Every service, by name.
   *
   * @example for await (const service of client.services.all({ label: 'team=payments' })) print(service.name);
   */
  all(filter: ServiceFilter & PageOptions = {}, options?: CallOptions): AsyncGenerator<ServiceBody, void> {
    return everyItem((cursor) => this.list({ ...filter, ...cursor }, options));
  }

  register(service: Input<typeof registerServiceSchema>, options?: CreateOptions): Promise<ServiceBody> {
    return this.transport.read({ method: 'POST', path: 'services', body: service }, options);
  }

  read(service: string, options?: CallOptions): Promise<ServiceBody> {
    return this.transport.read({ method: 'GET', path: path`services/${service}` }, options);
  }

  /** Changes what is given and leaves the rest; null takes a text away. */
  change(
    service: string,
    change: Input<typeof changeServiceSchema>,
    options?: CallOptions,
  ): Promise<ServiceBody> {
    return this.transport.read({ method: 'PATCH', path: path`services/${service}`, body: change }, options);
  }

  /** It disappears from lists; its history stays. */
  async archive(service: string, options?: CallOptions): Promise<void> {
    await this.transport.send({ method: 'DELETE', path: path`services/${service}` }, options);
  }
}
