import type { ServiceBody } from '@binnacle/contracts';
import type { ServiceRecord } from '@binnacle/store';

export function toServiceView(service: ServiceRecord): ServiceBody {
  return {
    ...service,
    includes: [...service.includes],
    createdAt: service.createdAt.toISOString(),
    updatedAt: service.updatedAt.toISOString(),
    archivedAt: service.archivedAt?.toISOString() ?? null,
  };
}
