import { infiniteQueryOptions } from '@tanstack/react-query';
import { apiClient } from '../shell/api-client';

export const ownSessionsKey = ['own-sessions'] as const;

export const ownSessionsQuery = infiniteQueryOptions({
  queryKey: ownSessionsKey,
  queryFn: ({ pageParam, signal }) =>
    apiClient.session.list(pageParam === null ? {} : { cursor: pageParam }, { signal }),
  initialPageParam: null as string | null,
  getNextPageParam: ({ nextCursor }) => nextCursor,
});
