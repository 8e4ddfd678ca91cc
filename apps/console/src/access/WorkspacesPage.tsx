import { Button, Group, Stack, Text, TextInput, UnstyledButton } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi, Navigate, useRouter } from '@tanstack/react-router';
import { ChevronRight } from 'lucide-react';
import { apiClient } from '../shell/api-client';
import { restartLive } from '../shell/live';
import { PageState } from '../shell/PageState';
import { ProblemAlert } from '../shell/ProblemAlert';
import { enterSession, sessionQuery } from '../shell/session';
import { AccessCard } from './AccessCard';
import classes from './WorkspacesPage.module.css';

const route = getRouteApi('/workspaces');

/** Which workspace to work in, or a new one. */
export function WorkspacesPage() {
  const { to } = route.useSearch();
  const router = useRouter();
  const query = useQuery(sessionQuery);
  const enter = () => {
    restartLive();
    router.history.push(to ?? '/services');
  };
  const choose = useMutation({
    mutationFn: (id: string) => apiClient.session.chooseWorkspace(id),
    onSuccess: (state) => {
      enterSession(state);
      enter();
    },
  });
  if (query.data === null) return <Navigate to="/sign-in" search={{ to: '/workspaces' }} />;
  return (
    <AccessCard title="Workspaces" description="Services, environments and people belong to one workspace.">
      <PageState query={query}>
        {(session) => (
          <Stack gap="md">
            {session !== null && session.workspaces.length > 0 && (
              <ul className={classes['list']}>
                {session.workspaces.map(({ id, name }) => (
                  <li key={id}>
                    <UnstyledButton
                      className={classes['workspace']}
                      disabled={choose.isPending}
                      onClick={() => (id === session.workspace?.id ? enter() : choose.mutate(id))}
                    >
                      <Text size="sm" fw={550} truncate>
                        {name}
                      </Text>
                      <Group gap={6} wrap="nowrap">
                        {id === session.workspace?.id && (
                          <Text size="xs" c="dimmed">
                            open now
                          </Text>
                        )}
                        <ChevronRight size={14} aria-hidden />
                      </Group>
                    </UnstyledButton>
                  </li>
                ))}
              </ul>
            )}
            {session?.workspaces.length === 0 && (
              <Text size="sm">
                You belong to no workspace yet. Ask a colleague for an invitation, or make one of your own.
              </Text>
            )}
            {choose.error !== null && <ProblemAlert error={choose.error} />}
            <NewWorkspace onCreated={enter} />
          </Stack>
        )}
      </PageState>
    </AccessCard>
  );
}

function NewWorkspace({ onCreated }: { readonly onCreated: () => void }) {
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { name: '' },
    validate: { name: (name) => (name.trim() === '' ? 'It needs a name' : null) },
  });
  const create = useMutation({
    mutationFn: async ({ name }: { name: string }) => {
      await apiClient.workspaces.create({ name: name.trim() });
      return apiClient.session.read();
    },
    onSuccess: (state) => {
      enterSession(state);
      onCreated();
    },
  });
  return (
    <form onSubmit={form.onSubmit((values) => create.mutate(values))}>
      <Stack gap="xs">
        <Group align="flex-end" gap="xs" wrap="nowrap">
          <TextInput
            key={form.key('name')}
            {...form.getInputProps('name')}
            label="New workspace"
            placeholder="Name"
            maxLength={100}
            flex={1}
          />
          <Button type="submit" size="sm" variant="default" loading={create.isPending}>
            Create
          </Button>
        </Group>
        {create.error !== null && <ProblemAlert error={create.error} />}
      </Stack>
    </form>
  );
}
