import type {
  ChangeSetBody,
  PlannedPromotionBody,
  PreviewBody,
  promoteSchema,
  PublishedBody,
  publishChangeSetSchema,
} from '@binnacle/contracts';
import type { Input } from '../http/input.js';
import { path } from '../http/path.js';
import type { CallOptions, CreateOptions, Transport } from '../http/transport.js';

/** Documents that are published together. */
export type ChangeSetInput = Omit<Input<typeof publishChangeSetSchema>, 'dryRun'>;
/** From which environment, which places of it, and how it is published. */
export type PromotionInput = Omit<Input<typeof promoteSchema>, 'dryRun'>;

/** `/change-sets` and the promotion of one environment's config to another. */
export class ChangeSetsClient {
  constructor(private readonly transport: Transport) {}

  /**
   * Publishes several documents, all of them or none.
   *
   * @throws Problem `version_conflict` when somebody published after `basedOn`: its errors point at the change
   * @example
   * await client.changeSets.publish({
   *   message: 'Larger pools',
   *   changes: [
   *     { service: 'orders', layer: 'prod', content: { pool: 20 }, basedOn: 3 },
   *     { service: 'stock', layer: 'base', content: { pool: 20 }, basedOn: 7 },
   *   ],
   * });
   */
  publish(changeSet: ChangeSetInput, options?: CreateOptions): Promise<ChangeSetBody> {
    return this.transport.read({ method: 'POST', path: 'change-sets', body: changeSet }, options);
  }

  /** What publishing it would do, in every service and environment. */
  preview(changeSet: ChangeSetInput, options?: CallOptions): Promise<PreviewBody> {
    const body = { ...changeSet, dryRun: true };
    return this.transport.read({ method: 'POST', path: 'change-sets', body }, options);
  }

  /**
   * Publishes an overlay of an environment by which its config has what another environment's has.
   *
   * @throws Problem `no_change` when it has that already
   * @example await client.changeSets.promote('orders', 'prod', { from: 'staging', pointers: ['/pool'] });
   */
  promote(
    service: string,
    environment: string,
    promotion: PromotionInput,
    options?: CreateOptions,
  ): Promise<PublishedBody> {
    const route = path`services/${service}/environments/${environment}/promote`;
    return this.transport.read({ method: 'POST', path: route, body: promotion }, options);
  }

  /** The overlay that promoting would publish, and what that would do. */
  planPromotion(
    service: string,
    environment: string,
    promotion: PromotionInput,
    options?: CallOptions,
  ): Promise<PlannedPromotionBody> {
    const route = path`services/${service}/environments/${environment}/promote`;
    const body = { ...promotion, dryRun: true };
    return this.transport.read({ method: 'POST', path: route, body }, options);
  }
}
