import { queryOptions } from '@tanstack/react-query';
import { apiClient } from '../shell/api-client';

const LATEST = 20;

/** The newest revisions of a service in an environment, newest first. */
export function latestRevisionsQuery(service: string, environment: string) {
  return queryOptions({
    queryKey: ['configs', 'revisions', service, environment, 'latest'],
    queryFn: async ({ signal }) =>
      (await apiClient.configs.revisions(service, environment, { limit: LATEST }, { signal })).items,
    meta: { topics: [`service:${service}`, `instances:${service}/${environment}`] },
  });
}
