import type { BreakerBody, forceBreakerSchema, putBreakerSchema } from '@binnacle/contracts';
import type { Input } from '../http/input.js';
import { everyItem, type Page, type PageOptions } from '../http/page.js';
import { path } from '../http/path.js';
import type { CallOptions, CreateOptions, Transport } from '../http/transport.js';

/** Where a breaker is. */
export interface BreakerPlace {
  readonly service: string;
  readonly environment: string;
  readonly name: string;
}

/** `/services/{service}/environments/{environment}/breakers` */
export class BreakersClient {
  constructor(private readonly transport: Transport) {}

  /** One page of breakers, by name. */
  list(
    service: string,
    environment: string,
    page: PageOptions = {},
    options?: CallOptions,
  ): Promise<Page<BreakerBody>> {
    return this.transport.read(
      {
        method: 'GET',
        path: path`services/${service}/environments/${environment}/breakers`,
        query: { ...page },
      },
      options,
    );
  }

  /** Every breaker, by name. */
  all(
    service: string,
    environment: string,
    page: PageOptions = {},
    options?: CallOptions,
  ): AsyncGenerator<BreakerBody, void> {
    return everyItem((cursor) => this.list(service, environment, { ...page, ...cursor }, options));
  }

  read(place: BreakerPlace, options?: CallOptions): Promise<BreakerBody> {
    return this.transport.read({ method: 'GET', path: pathOf(place) }, options);
  }

  /** Sets the policy of a breaker, which need not exist yet. */
  put(
    place: BreakerPlace,
    body: Input<typeof putBreakerSchema>,
    options?: CallOptions,
  ): Promise<BreakerBody> {
    return this.transport.read({ method: 'PUT', path: pathOf(place), body }, options);
  }

  /**
   * Forces a state on the whole fleet, for a time or until it is taken back.
   *
   * @example
   * const breaker = { service: 'orders', environment: 'prod', name: 'payments' };
   * await client.breakers.force(breaker, { state: 'forced_open', ttlSeconds: 600, reason: 'the bank is down' });
   */
  force(
    place: BreakerPlace,
    force: Input<typeof forceBreakerSchema>,
    options?: CreateOptions,
  ): Promise<BreakerBody> {
    return this.transport.read({ method: 'POST', path: `${pathOf(place)}/force`, body: force }, options);
  }

  /** Takes a forced state back; the circuit goes on from where it is. */
  async unforce(place: BreakerPlace, options?: CallOptions): Promise<void> {
    await this.transport.send({ method: 'DELETE', path: `${pathOf(place)}/force` }, options);
  }
}

function pathOf({ service, environment, name }: BreakerPlace): string {
  return path`services/${service}/environments/${environment}/breakers/${name}`;
}
