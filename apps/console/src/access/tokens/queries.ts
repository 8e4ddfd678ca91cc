import { infiniteQueryOptions } from '@tanstack/react-query';
import { apiClient } from '../../shell/api-client';

const PAGE_SIZE = 50;

export const tokensKey = ['access', 'tokens'];

export const tokensQuery = infiniteQueryOptions({
  queryKey: tokensKey,
  queryFn: ({ pageParam, signal }) =>
    apiClient.tokens.list(
      { limit: PAGE_SIZE, ...(pageParam === null ? {} : { cursor: pageParam }) },
      { signal },
    ),
  initialPageParam: null as string | null,
  getNextPageParam: ({ nextCursor }) => nextCursor,
});
