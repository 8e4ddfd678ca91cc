import { queryOptions } from '@tanstack/react-query';
import { apiClient } from '../shell/api-client';

const PAGE_SIZE = 200;

/** The breakers of a service in an environment; a pair has at most 200, which is one page. */
export function breakersQuery(service: string, environment: string) {
  return queryOptions({
    queryKey: ['breakers', service, environment],
    queryFn: async ({ signal }) =>
      (await apiClient.breakers.list(service, environment, { limit: PAGE_SIZE }, { signal })).items,
    meta: { topics: [`instances:${service}/${environment}`] },
  });
}
