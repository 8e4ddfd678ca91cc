import { infiniteQueryOptions } from '@tanstack/react-query';
import { apiClient } from '../../shell/api-client';

const PAGE_SIZE = 50;

export const peopleKey = ['access', 'people'];
export const invitationsKey = ['access', 'invitations'];

export const peopleQuery = infiniteQueryOptions({
  queryKey: peopleKey,
  queryFn: ({ pageParam, signal }) =>
    apiClient.users.list(
      { limit: PAGE_SIZE, ...(pageParam === null ? {} : { cursor: pageParam }) },
      { signal },
    ),
  initialPageParam: null as string | null,
  getNextPageParam: ({ nextCursor }) => nextCursor,
});

export const invitationsQuery = infiniteQueryOptions({
  queryKey: invitationsKey,
  queryFn: ({ pageParam, signal }) =>
    apiClient.invitations.list(
      { limit: PAGE_SIZE, ...(pageParam === null ? {} : { cursor: pageParam }) },
      { signal },
    ),
  initialPageParam: null as string | null,
  getNextPageParam: ({ nextCursor }) => nextCursor,
});
