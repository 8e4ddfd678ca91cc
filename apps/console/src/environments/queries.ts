import { queryOptions } from '@tanstack/react-query';
import { apiClient } from '../shell/api-client';

const PAGE_SIZE = 50;
const STALE_AFTER_MS = 60_000;

/** All environments in their order: a workspace has at most 50, which is one page. */
export const environmentsQuery = queryOptions({
  queryKey: ['environments'],
  queryFn: async ({ signal }) => (await apiClient.environments.list({ limit: PAGE_SIZE }, { signal })).items,
  staleTime: STALE_AFTER_MS,
  meta: { topics: ['services'] },
});
