import { Button } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Download, ScrollText } from 'lucide-react';
import { LoadMore } from '../shell/LoadMore';
import { EmptyState, PageState } from '../shell/PageState';
import { PageTitle } from '../shell/PageTitle';
import { useMay } from '../shell/session';
import { AuditEntries } from './AuditEntries';
import type { AuditFilter } from './audit-filter';
import { AuditFilterBar } from './AuditFilterBar';
import { auditExportAddress, auditQuery } from './queries';

const auditRoute = getRouteApi('/signed-in/audit');

export function AuditPage() {
  const filter = auditRoute.useSearch();
  const navigate = auditRoute.useNavigate();
  const mayRead = useMay()('audit:read');
  const query = useInfiniteQuery({ ...auditQuery(filter), placeholderData: keepPreviousData });
  const change = (search: AuditFilter) => void navigate({ search, replace: true });
  return (
    <>
      <PageTitle
        title="Audit"
        description="Who did what, and who was refused. Entries are chained: a changed one is found."
        {...(mayRead
          ? {
              actions: (
                <Button
                  component="a"
                  variant="default"
                  href={auditExportAddress(filter)}
                  download="audit.ndjson"
                  leftSection={<Download size={14} aria-hidden />}
                >
                  Export
                </Button>
              ),
            }
          : {})}
      />
      {mayRead && <AuditFilterBar filter={filter} onChange={change} />}
      <PageState
        query={query}
        isEmpty={({ pages }) => pages.every(({ items }) => items.length === 0)}
        empty={
          <EmptyState
            icon={ScrollText}
            title="No entry fits"
            action={
              <Button variant="default" onClick={() => change({})}>
                Show all entries
              </Button>
            }
          >
            Or it tells of something that you may not see.
          </EmptyState>
        }
      >
        {({ pages }) => (
          <AuditEntries
            entries={pages.flatMap(({ items }) => items)}
            onFilter={(narrower) => change({ ...filter, ...narrower })}
          />
        )}
      </PageState>
      <LoadMore query={query} />
    </>
  );
}
