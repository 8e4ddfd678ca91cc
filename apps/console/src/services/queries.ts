import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { apiClient } from '../shell/api-client';
import type { ServicesFilter } from './services-filter';

const PAGE_SIZE = 50;

export function servicesQuery(filter: ServicesFilter & { readonly includes?: string }) {
  return infiniteQueryOptions({
    queryKey: ['services', 'list', filter],
    queryFn: ({ pageParam, signal }) =>
      apiClient.services.list(
        { ...filter, limit: PAGE_SIZE, ...(pageParam === null ? {} : { cursor: pageParam }) },
        { signal },
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    meta: { topics: ['services'] },
  });
}

export function serviceQuery(service: string) {
  return queryOptions({
    queryKey: ['services', 'one', service],
    queryFn: ({ signal }) => apiClient.services.read(service, { signal }),
    meta: { topics: ['services', `service:${service}`] },
  });
}
