import { grantsAllow, Problem } from '@binnacle/contracts';
import { BASE_LAYER } from '@binnacle/domain';
import type { Principal } from '../access/principal.js';
import type { Place } from '../configs/release-request.js';

/**
 * Asks for every document what publishing it alone would ask.
 *
 * @throws Problem forbidden, which names those that he may not publish by their place in `/changes`
 */
export function mustMayPublish({ grants }: Principal, places: readonly Place[]): void {
  const refused = places.flatMap((place, index) => {
    const { service, layer } = place;
    const environment = layer === BASE_LAYER ? undefined : layer;
    return grantsAllow(grants, 'config:publish', { service, environment }) ? [] : [{ place, index }];
  });
  const [first] = refused;
  if (first === undefined) return;
  const { service, layer } = first.place;
  throw new Problem(
    'forbidden',
    `This publishes ${service}/${layer}, which takes config:publish there.`,
    refused.map(({ index }) => ({ pointer: `/changes/${index}`, message: 'needs config:publish there' })),
    { service, environment: layer === BASE_LAYER ? undefined : layer },
  );
}
