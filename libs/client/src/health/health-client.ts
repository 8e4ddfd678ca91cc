import type {
  InstanceBody,
  OverviewBody,
  ServiceHealthBody,
  StatusTransitionBody,
} from '@binnacle/contracts';
import { everyItem, type Page, type PageOptions } from '../http/page.js';
import { path } from '../http/path.js';
import type { CallOptions, Transport } from '../http/transport.js';

/** One service in the overview. */
export type ServiceOverview = OverviewBody['services'][number];

/** `/services/{service}/environments/{environment}/health` and `…/instances`, and `/overview`. */
export class HealthClient {
  constructor(private readonly transport: Transport) {}

  /** Status of a service in an environment, and how its instances are. */
  read(service: string, environment: string, options?: CallOptions): Promise<ServiceHealthBody> {
    return this.transport.read(
      { method: 'GET', path: path`services/${service}/environments/${environment}/health` },
      options,
    );
  }

  /** One page of instances, by id. */
  instances(
    service: string,
    environment: string,
    page: PageOptions = {},
    options?: CallOptions,
  ): Promise<Page<InstanceBody>> {
    return this.transport.read(
      {
        method: 'GET',
        path: path`services/${service}/environments/${environment}/instances`,
        query: { ...page },
      },
      options,
    );
  }

  /** Every instance, by id. */
  allInstances(
    service: string,
    environment: string,
    page: PageOptions = {},
    options?: CallOptions,
  ): AsyncGenerator<InstanceBody, void> {
    return everyItem((cursor) => this.instances(service, environment, { ...page, ...cursor }, options));
  }

  /** One page of changes of status, newest first. */
  transitions(
    service: string,
    environment: string,
    page: PageOptions = {},
    options?: CallOptions,
  ): Promise<Page<StatusTransitionBody>> {
    const to = path`services/${service}/environments/${environment}/health/transitions`;
    return this.transport.read({ method: 'GET', path: to, query: { ...page } }, options);
  }

  /** Every change of status that is kept, newest first. */
  allTransitions(
    service: string,
    environment: string,
    page: PageOptions = {},
    options?: CallOptions,
  ): AsyncGenerator<StatusTransitionBody, void> {
    return everyItem((cursor) => this.transitions(service, environment, { ...page, ...cursor }, options));
  }

  /** One page of the overview of an environment, by name of the service. */
  overview(environment: string, page: PageOptions = {}, options?: CallOptions): Promise<OverviewBody> {
    return this.transport.read({ method: 'GET', path: 'overview', query: { ...page, environment } }, options);
  }

  /**
   * Every service in an environment: status, instances, revisions in use, open breakers.
   *
   * @example for await (const { name, status } of client.health.allOverview('prod')) print(name, status);
   */
  allOverview(
    environment: string,
    page: PageOptions = {},
    options?: CallOptions,
  ): AsyncGenerator<ServiceOverview, void> {
    return everyItem(async (cursor) => {
      const { services, nextCursor } = await this.overview(environment, { ...page, ...cursor }, options);
      return { items: services, nextCursor };
    });
  }
}
