import { Button, Group, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { apiClient } from '../shell/api-client';
import { notifyDone } from '../shell/notify';
import { ProblemAlert } from '../shell/ProblemAlert';
import { sessionQuery } from '../shell/session';
import { ownSessionsKey } from './own-sessions-query';
import { passwordProblem, repetitionProblem } from './password-rules';

const EMPTY = { current: '', next: '', repeated: '' };

export function ChangePassword() {
  const queryClient = useQueryClient();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: EMPTY,
    validate: {
      current: (current) => (current === '' ? 'Type the password that holds now' : null),
      next: passwordProblem,
      repeated: (repeated, { next }) => repetitionProblem(next, repeated),
    },
  });
  const change = useMutation({
    mutationFn: ({ current, next }: typeof EMPTY) => apiClient.session.changePassword({ current, new: next }),
    onSuccess: (state) => {
      queryClient.setQueryData(sessionQuery.queryKey, state);
      void queryClient.invalidateQueries({ queryKey: ownSessionsKey });
      form.reset();
      notifyDone('The new password holds. Your other sessions have ended.');
    },
  });
  return (
    <section aria-labelledby="password">
      <Title order={2} id="password">
        Password
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        A new one ends every other session of yours.
      </Text>
      <form onSubmit={form.onSubmit((values) => change.mutate(values))}>
        <Stack gap="sm" maw={360}>
          <PasswordInput
            key={form.key('current')}
            {...form.getInputProps('current')}
            label="Password now"
            autoComplete="current-password"
          />
          <PasswordInput
            key={form.key('next')}
            {...form.getInputProps('next')}
            label="New password"
            description="At least 12 characters"
            autoComplete="new-password"
          />
          <PasswordInput
            key={form.key('repeated')}
            {...form.getInputProps('repeated')}
            label="New password once more"
            autoComplete="new-password"
          />
          {change.error !== null && <ProblemAlert error={change.error} />}
          <Group>
            <Button type="submit" loading={change.isPending}>
              Change password
            </Button>
          </Group>
        </Stack>
      </form>
    </section>
  );
}
