import { Button, PasswordInput, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { apiClient } from '../shell/api-client';
import { notifyDone } from '../shell/notify';
import { ProblemAlert } from '../shell/ProblemAlert';
import { enterSession } from '../shell/session';
import { AccessCard } from './AccessCard';
import { useFragmentToken } from './fragment-token';
import { IncompleteLink } from './IncompleteLink';
import { passwordProblem, repetitionProblem } from './password-rules';

export function PasswordResetPage() {
  const token = useFragmentToken();
  const navigate = useNavigate();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { password: '', repeated: '' },
    validate: {
      password: passwordProblem,
      repeated: (repeated, { password }) => repetitionProblem(password, repeated),
    },
  });
  const reset = useMutation({
    mutationFn: ({ password }: { password: string }) => setPassword(token, password),
    onSuccess: async () => {
      enterSession(null);
      notifyDone('The new password holds. Every older session has ended.');
      await navigate({ to: '/sign-in', search: {} });
    },
  });
  if (token === '') return <IncompleteLink />;
  return (
    <AccessCard title="Choose a new password" description="It ends every session that is open as you.">
      <form onSubmit={form.onSubmit((values) => reset.mutate(values))}>
        <Stack gap="sm">
          <PasswordInput
            key={form.key('password')}
            {...form.getInputProps('password')}
            label="New password"
            description="At least 12 characters. A few random words are easy to keep in mind."
            autoComplete="new-password"
            autoFocus
          />
          <PasswordInput
            key={form.key('repeated')}
            {...form.getInputProps('repeated')}
            label="Once more"
            autoComplete="new-password"
          />
          {reset.error !== null && <ProblemAlert error={reset.error} />}
          <Button type="submit" size="sm" fullWidth loading={reset.isPending} mt={4}>
            Set password
          </Button>
        </Stack>
      </form>
    </AccessCard>
  );
}

function setPassword(token: string, password: string): Promise<void> {
  return apiClient.session.usePasswordReset({ token, password });
}
