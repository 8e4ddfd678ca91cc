import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { apiClient } from '../shell/api-client';
import type { ApprovalsFilter } from './approvals-filter';

const PAGE_SIZE = 50;

export function approvalsQuery({ state = 'pending', ...names }: ApprovalsFilter) {
  return infiniteQueryOptions({
    queryKey: ['rollouts', 'approvals', state, names],
    queryFn: ({ pageParam, signal }) =>
      apiClient.approvals.list(
        {
          ...names,
          ...(state === 'all' ? {} : { state }),
          limit: PAGE_SIZE,
          ...(pageParam === null ? {} : { cursor: pageParam }),
        },
        { signal },
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    meta: { topics: ['approvals'] },
  });
}

export function approvalQuery(id: string) {
  return queryOptions({
    queryKey: ['rollouts', 'approval', id],
    queryFn: ({ signal }) => apiClient.approvals.read(id, { signal }),
    meta: { topics: ['approvals'] },
  });
}
