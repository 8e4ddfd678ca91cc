import type { InstanceBody } from '@binnacle/contracts';
import { queryOptions } from '@tanstack/react-query';
import { apiClient } from '../shell/api-client';

const PAGE_SIZE = 200;
/** Beyond it, a list says that it is not whole. */
const MAX_OVERVIEW_SERVICES = 2_000;
export const MAX_INSTANCES = 1_000;

type ServiceOverview = Awaited<ReturnType<typeof apiClient.health.overview>>['services'][number];

/** How every service is in an environment, by name. */
export function overviewQuery(environment: string) {
  return queryOptions({
    queryKey: ['health', 'overview', environment],
    queryFn: async ({ signal }) => {
      const byName = new Map<string, ServiceOverview>();
      for await (const service of apiClient.health.allOverview(
        environment,
        { limit: PAGE_SIZE },
        { signal },
      )) {
        byName.set(service.name, service);
        if (byName.size >= MAX_OVERVIEW_SERVICES) break;
      }
      return byName;
    },
    meta: { topics: [`overview:${environment}`] },
  });
}

export function serviceHealthQuery(service: string, environment: string) {
  return queryOptions({
    queryKey: ['health', 'service', service, environment],
    queryFn: ({ signal }) => apiClient.health.read(service, environment, { signal }),
    meta: { topics: [`instances:${service}/${environment}`] },
  });
}

/** The instances of a service in an environment, at most `MAX_INSTANCES` of them. */
export function instancesQuery(service: string, environment: string) {
  return queryOptions({
    queryKey: ['health', 'instances', service, environment],
    queryFn: async ({ signal }) => {
      const instances: InstanceBody[] = [];
      const all = apiClient.health.allInstances(service, environment, { limit: PAGE_SIZE }, { signal });
      for await (const instance of all) {
        if (instances.length >= MAX_INSTANCES) return { instances, isTruncated: true };
        instances.push(instance);
      }
      return { instances, isTruncated: false };
    },
    meta: { topics: [`instances:${service}/${environment}`] },
  });
}
