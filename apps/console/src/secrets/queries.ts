import { infiniteQueryOptions } from '@tanstack/react-query';
import { apiClient } from '../shell/api-client';

const PAGE_SIZE = 50;

/** Names and versions; values are asked for one by one, and kept in no cache. */
export function secretsQuery(service: string, environment: string) {
  return infiniteQueryOptions({
    queryKey: ['secrets', service, environment],
    queryFn: ({ pageParam, signal }) =>
      apiClient.secrets.list(
        service,
        environment,
        { limit: PAGE_SIZE, ...(pageParam === null ? {} : { cursor: pageParam }) },
        { signal },
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    meta: { topics: [`service:${service}`] },
  });
}
