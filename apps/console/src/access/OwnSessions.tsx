import type { SessionBody } from '@binnacle/contracts';
import { Badge, Button, Group, Table, Text, Title, VisuallyHidden } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { apiClient } from '../shell/api-client';
import { DataTable } from '../shell/DataTable';
import { LoadMore } from '../shell/LoadMore';
import { notifyProblem } from '../shell/notify';
import { PageState } from '../shell/PageState';
import { RelativeTime } from '../shell/RelativeTime';
import { nameOfBrowser } from './browser-name';
import { ownSessionsKey, ownSessionsQuery } from './own-sessions-query';

/** Where the signed-in person is signed in, and how to end that. */
export function OwnSessions() {
  const query = useInfiniteQuery(ownSessionsQuery);
  const queryClient = useQueryClient();
  const end = useMutation({
    mutationFn: (id: string | undefined) =>
      id === undefined ? apiClient.session.endOthers() : apiClient.session.end(id),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ownSessionsKey }),
    onError: notifyProblem,
  });
  const sessions = query.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <section aria-labelledby="sessions">
      <Group justify="space-between" align="flex-end" mb="xs">
        <div>
          <Title order={2} id="sessions">
            Sessions
          </Title>
          <Text size="sm" c="dimmed">
            Where you are signed in. End what you do not know.
          </Text>
        </div>
        {sessions.length > 1 && (
          <Button variant="default" loading={end.isPending} onClick={() => end.mutate(undefined)}>
            End all others
          </Button>
        )}
      </Group>
      <PageState query={query}>
        {() => (
          <DataTable
            label="Sessions"
            columns={[
              'Browser',
              'Address',
              'Last seen',
              'Signed in',
              <VisuallyHidden key="end">End</VisuallyHidden>,
            ]}
            minWidth={560}
          >
            {sessions.map((session) => (
              <SessionRow
                key={session.id}
                session={session}
                isBusy={end.isPending}
                onEnd={() => end.mutate(session.id)}
              />
            ))}
          </DataTable>
        )}
      </PageState>
      <LoadMore query={query} />
    </section>
  );
}

interface RowProps {
  readonly session: SessionBody;
  readonly isBusy: boolean;
  readonly onEnd: () => void;
}

function SessionRow({ session, isBusy, onEnd }: RowProps) {
  const { address, userAgent, createdAt, lastSeenAt, current } = session;
  return (
    <Table.Tr>
      <Table.Td title={userAgent}>
        <Group gap={8}>
          {nameOfBrowser(userAgent)}
          {current && (
            <Badge size="sm" variant="light">
              This one
            </Badge>
          )}
        </Group>
      </Table.Td>
      <Table.Td>{address}</Table.Td>
      <Table.Td>
        <RelativeTime at={lastSeenAt} />
      </Table.Td>
      <Table.Td>
        <RelativeTime at={createdAt} />
      </Table.Td>
      <Table.Td ta="right">
        {!current && (
          <Button variant="subtle" color="red" size="compact-xs" disabled={isBusy} onClick={onEnd}>
            End
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
