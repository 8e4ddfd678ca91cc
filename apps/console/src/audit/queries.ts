import { infiniteQueryOptions } from '@tanstack/react-query';
import { apiClient } from '../shell/api-client';
import { type AuditFilter, toAuditQuery } from './audit-filter';

const PAGE_SIZE = 50;

export function auditQuery(filter: AuditFilter) {
  return infiniteQueryOptions({
    queryKey: ['audit', filter],
    queryFn: ({ pageParam, signal }) =>
      apiClient.audit.list(
        { ...toAuditQuery(filter), limit: PAGE_SIZE, ...(pageParam === null ? {} : { cursor: pageParam }) },
        { signal },
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
}

/** Where the browser downloads what fits the filter, as NDJSON. */
export function auditExportAddress(filter: AuditFilter): string {
  return `/api/v1/audit/export?${new URLSearchParams(Object.entries(toAuditQuery(filter))).toString()}`;
}
