import { Anchor, Button, Group, Select, Table, Text } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { ClipboardCheck } from 'lucide-react';
import { environmentsQuery } from '../environments/queries';
import { DataTable } from '../shell/DataTable';
import { LoadMore } from '../shell/LoadMore';
import { useLive } from '../shell/live';
import { EmptyState, PageState } from '../shell/PageState';
import { PageTitle } from '../shell/PageTitle';
import { RelativeTime } from '../shell/RelativeTime';
import type { ApprovalsFilter } from './approvals-filter';
import { ApprovalStateBadge } from './ApprovalStateBadge';
import { approvalsQuery } from './queries';

const approvalsRoute = getRouteApi('/signed-in/approvals');
const TOPICS = ['approvals'];
const STATES = [
  { value: 'pending', label: 'Waiting' },
  { value: 'approved', label: 'Approved' },
  { value: 'rejected', label: 'Rejected' },
  { value: 'superseded', label: 'Superseded' },
  { value: 'emergency', label: 'Emergency' },
  { value: 'all', label: 'All' },
] as const;

export function ApprovalsPage() {
  const filter = approvalsRoute.useSearch();
  const navigate = approvalsRoute.useNavigate();
  useLive(TOPICS);
  const query = useInfiniteQuery({ ...approvalsQuery(filter), placeholderData: keepPreviousData });
  const change = (search: ApprovalsFilter) => void navigate({ search, replace: true });
  return (
    <>
      <PageTitle
        title="Approvals"
        description="What waits in protected environments until somebody releases it who wrote no part of it."
      />
      <FilterBar filter={filter} onChange={change} />
      <PageState
        query={query}
        isEmpty={({ pages }) => pages.every(({ items }) => items.length === 0)}
        empty={<NothingThere filter={filter} onClear={() => change({ state: 'all' })} />}
      >
        {({ pages }) => (
          <DataTable label="Approvals" columns={['Release', 'Message', 'By', 'When', 'State']}>
            {pages
              .flatMap(({ items }) => items)
              .map(({ id, service, environment, revision, message, author, createdAt, state }) => (
                <Table.Tr key={id}>
                  <Table.Td>
                    <Anchor
                      size="sm"
                      fw={550}
                      renderRoot={(props) => (
                        <Link {...props} to="/approvals/$approval" params={{ approval: id }} />
                      )}
                    >
                      {service} in {environment}, r{revision}
                    </Anchor>
                  </Table.Td>
                  <Table.Td>
                    <Text size="sm" lineClamp={2} maw={420} {...(message === '' ? { c: 'dimmed' } : {})}>
                      {message === '' ? 'no message' : message}
                    </Text>
                  </Table.Td>
                  <Table.Td>{author}</Table.Td>
                  <Table.Td>
                    <RelativeTime at={createdAt} />
                  </Table.Td>
                  <Table.Td>
                    <ApprovalStateBadge state={state} />
                  </Table.Td>
                </Table.Tr>
              ))}
          </DataTable>
        )}
      </PageState>
      <LoadMore query={query} />
    </>
  );
}

interface FilterBarProps {
  readonly filter: ApprovalsFilter;
  readonly onChange: (filter: ApprovalsFilter) => void;
}

function FilterBar({ filter, onChange }: FilterBarProps) {
  const { data: environments = [] } = useQuery(environmentsQuery);
  const { state = 'pending', environment, service } = filter;
  const without = ({ environment: _gone, ...rest }: ApprovalsFilter): ApprovalsFilter => rest;
  return (
    <Group component="search" gap="xs" mb="sm">
      <Select
        size="xs"
        w={150}
        aria-label="State"
        allowDeselect={false}
        value={state}
        data={STATES}
        onChange={(value) => onChange({ ...filter, state: (value ?? 'pending') as typeof state })}
      />
      <Select
        size="xs"
        w={180}
        clearable
        aria-label="Environment"
        placeholder="Every environment"
        value={environment ?? null}
        data={environments.filter((one) => one.protected).map(({ name }) => name)}
        onChange={(value) =>
          onChange({ ...without(filter), ...(value === null ? {} : { environment: value }) })
        }
      />
      {service !== undefined && (
        <Button
          variant="default"
          onClick={() => onChange({ state, ...(environment === undefined ? {} : { environment }) })}
        >
          Only {service}: show all
        </Button>
      )}
    </Group>
  );
}

function NothingThere({
  filter,
  onClear,
}: {
  readonly filter: ApprovalsFilter;
  readonly onClear: () => void;
}) {
  const isPlain =
    filter.state === undefined && filter.environment === undefined && filter.service === undefined;
  return (
    <EmptyState
      icon={ClipboardCheck}
      title={isPlain ? 'Nothing waits' : 'No approval fits'}
      action={
        <Button variant="default" onClick={onClear}>
          Show all approvals
        </Button>
      }
    >
      {isPlain
        ? 'What is published into a protected environment is listed here until it is released.'
        : 'Choose another state or environment.'}
    </EmptyState>
  );
}
