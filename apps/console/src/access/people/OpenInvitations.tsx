import { Button, Table, Title } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { apiClient } from '../../shell/api-client';
import { DataTable } from '../../shell/DataTable';
import { LoadMore } from '../../shell/LoadMore';
import { notifyProblem } from '../../shell/notify';
import { PageState } from '../../shell/PageState';
import { RelativeTime } from '../../shell/RelativeTime';
import { describeGrant } from '../grant-words';
import { invitationsKey, invitationsQuery } from './queries';

/** Invitations that wait for somebody to accept them. */
export function OpenInvitations() {
  const query = useInfiniteQuery(invitationsQuery);
  const nowMs = query.dataUpdatedAt;
  const queryClient = useQueryClient();
  const revoke = useMutation({
    mutationFn: (id: string) => apiClient.invitations.revoke(id),
    onSettled: () => queryClient.invalidateQueries({ queryKey: invitationsKey }),
    onError: notifyProblem,
  });
  const open =
    query.data?.pages
      .flatMap(({ items }) => items)
      .filter(
        ({ acceptedAt, revokedAt, expiresAt }) =>
          acceptedAt === null && revokedAt === null && Date.parse(expiresAt) > nowMs,
      ) ?? [];
  if (query.error === null && open.length === 0) return null;
  return (
    <section aria-labelledby="invitations">
      <Title order={2} id="invitations" mt="lg" mb="xs">
        Open invitations
      </Title>
      <PageState query={query}>
        {() => (
          <DataTable label="Open invitations" columns={['E-mail', 'May', 'By', 'Expires', '']}>
            {open.map(({ id, email, grants, createdBy, expiresAt }) => (
              <Table.Tr key={id}>
                <Table.Td>{email}</Table.Td>
                <Table.Td>{grants.map(describeGrant).join('; ')}</Table.Td>
                <Table.Td>{createdBy}</Table.Td>
                <Table.Td>
                  <RelativeTime at={expiresAt} />
                </Table.Td>
                <Table.Td ta="right">
                  <Button
                    variant="subtle"
                    color="red"
                    size="compact-xs"
                    aria-label={`Take back the invitation of ${email}`}
                    disabled={revoke.isPending}
                    onClick={() => revoke.mutate(id)}
                  >
                    Take back
                  </Button>
                </Table.Td>
              </Table.Tr>
            ))}
          </DataTable>
        )}
      </PageState>
      <LoadMore query={query} />
    </section>
  );
}
