import { Button, PasswordInput, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { apiClient } from '../shell/api-client';
import { restartLive } from '../shell/live';
import { notifyDone } from '../shell/notify';
import { ProblemAlert } from '../shell/ProblemAlert';
import { enterSession, sessionQuery } from '../shell/session';
import { AccessCard } from './AccessCard';
import { useFragmentToken } from './fragment-token';
import { IncompleteLink } from './IncompleteLink';
import { passwordProblem } from './password-rules';

type Account = 'new' | 'known';

/** Joins a workspace: as who is signed in, with an account that exists, or with a new one. */
export function AcceptInvitationPage() {
  const token = useFragmentToken();
  const router = useRouter();
  const { data: session } = useQuery(sessionQuery);
  const accept = useMutation({
    mutationFn: async ({ name, password }: { name?: string; password?: string }) => {
      const { email, workspace } = await apiClient.invitations.accept({
        token,
        ...(name === undefined ? {} : { name }),
        ...(password === undefined ? {} : { password }),
      });
      if (password !== undefined) await apiClient.session.signIn({ email, password });
      return { workspace, state: await apiClient.session.chooseWorkspace(workspace.id) };
    },
    onSuccess: ({ workspace, state }) => {
      enterSession(state);
      restartLive();
      notifyDone(`You are in ${workspace.name} now.`);
      router.history.push('/services');
    },
  });
  if (token === '') return <IncompleteLink />;
  const { user } = session ?? {};
  return (
    <AccessCard
      title="Join a workspace"
      description="Somebody invited you to work on the configuration of their services."
    >
      <Stack gap="sm">
        {user !== undefined && user !== null ? (
          <>
            <Text size="sm">
              You are signed in as <b>{user.email}</b>.
            </Text>
            <Button size="sm" loading={accept.isPending} onClick={() => accept.mutate({})}>
              Join as {user.name}
            </Button>
          </>
        ) : (
          <JoinForm isBusy={accept.isPending} onJoin={accept.mutate} />
        )}
        {accept.error !== null && <ProblemAlert error={accept.error} />}
      </Stack>
    </AccessCard>
  );
}

interface JoinProps {
  readonly isBusy: boolean;
  readonly onJoin: (account: { name?: string; password: string }) => void;
}

function JoinForm({ isBusy, onJoin }: JoinProps) {
  const [account, setAccount] = useState<Account>('new');
  const isNew = account === 'new';
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { name: '', password: '' },
    validate: {
      name: (name) => (isNew && name.trim() === '' ? 'How should colleagues call you?' : null),
      password: (password) => (isNew ? passwordProblem(password) : null),
    },
  });
  return (
    <form
      onSubmit={form.onSubmit(({ name, password }) =>
        onJoin(isNew ? { name: name.trim(), password } : { password }),
      )}
    >
      <Stack gap="sm">
        <SegmentedControl
          size="xs"
          aria-label="Account"
          value={account}
          onChange={setAccount}
          data={[
            { value: 'new', label: 'I am new here' },
            { value: 'known', label: 'I have an account' },
          ]}
        />
        {isNew && (
          <TextInput
            key={form.key('name')}
            {...form.getInputProps('name')}
            label="Your name"
            autoComplete="name"
            maxLength={100}
          />
        )}
        <PasswordInput
          key={form.key('password')}
          {...form.getInputProps('password')}
          label={isNew ? 'New password' : 'Password'}
          {...(isNew ? { description: 'At least 12 characters.' } : {})}
          autoComplete={isNew ? 'new-password' : 'current-password'}
        />
        <Button type="submit" size="sm" fullWidth loading={isBusy} mt={4}>
          Join
        </Button>
      </Stack>
    </form>
  );
}
