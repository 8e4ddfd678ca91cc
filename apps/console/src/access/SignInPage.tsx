import { Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { apiClient } from '../shell/api-client';
import { restartLive } from '../shell/live';
import { ProblemAlert } from '../shell/ProblemAlert';
import { enterSession } from '../shell/session';
import { AccessCard } from './AccessCard';

const route = getRouteApi('/sign-in');

export function SignInPage() {
  const { to, expired } = route.useSearch();
  const router = useRouter();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const signIn = useMutation({
    mutationFn: () => apiClient.session.signIn({ email, password }),
    onSuccess: (state) => {
      enterSession(state);
      restartLive();
      router.history.push(to ?? '/services');
    },
    onError: () => setPassword(''),
  });
  return (
    <AccessCard
      title="Sign in"
      {...(expired === true && signIn.isIdle
        ? { description: 'The session has ended. Sign in to go on where you were.' }
        : {})}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          signIn.mutate();
        }}
      >
        <Stack gap="sm">
          <TextInput
            value={email}
            onChange={({ currentTarget }) => setEmail(currentTarget.value)}
            type="email"
            label="E-mail"
            autoComplete="username"
            autoFocus
            required
            withAsterisk={false}
          />
          <PasswordInput
            value={password}
            onChange={({ currentTarget }) => setPassword(currentTarget.value)}
            label="Password"
            autoComplete="current-password"
            required
            withAsterisk={false}
          />
          {signIn.error !== null && <ProblemAlert error={signIn.error} />}
          <Button type="submit" size="sm" fullWidth loading={signIn.isPending} mt={4}>
            Sign in
          </Button>
          <Text size="xs" c="dimmed">
            Forgotten the password? Whoever looks after this installation can send you a link for a new one.
          </Text>
        </Stack>
      </form>
    </AccessCard>
  );
}
