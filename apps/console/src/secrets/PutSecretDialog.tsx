import type { PutSecretAnswerBody, SecretBody } from '@binnacle/contracts';
import { Button, Group, Modal, Stack, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { apiClient } from '../shell/api-client';
import { notifyDone } from '../shell/notify';
import { ProblemAlert } from '../shell/ProblemAlert';

interface Props {
  readonly service: string;
  readonly environment: string;
  /** Undefined for a new one. */
  readonly secret: SecretBody | undefined;
  readonly onClose: () => void;
}

export function PutSecretDialog({ service, environment, secret, onClose }: Props) {
  const [name, setName] = useState(secret?.name ?? '');
  const [value, setValue] = useState('');
  const queryClient = useQueryClient();
  const put = useMutation({
    // A value stays in no cache of the page.
    gcTime: 0,
    mutationFn: () =>
      apiClient.secrets.put(
        service,
        environment,
        name.trim(),
        value,
        secret === undefined ? {} : { basedOn: secret.version },
      ),
    onSuccess: (answer) => {
      notifyDone(wordsOf(answer, environment));
      onClose();
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['secrets', service, environment] }),
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={secret === undefined ? 'Add a secret' : `A new value for ${secret.name}`}
    >
      <form
        autoComplete="off"
        onSubmit={(event) => {
          event.preventDefault();
          put.mutate();
        }}
      >
        <Stack gap="sm">
          {secret === undefined && (
            <TextInput
              label="Name"
              description={`In ${environment}; every environment has its own.`}
              placeholder="db-password"
              required
              withAsterisk={false}
              maxLength={63}
              data-autofocus
              value={name}
              onChange={({ currentTarget }) => setName(currentTarget.value)}
            />
          )}
          <Textarea
            label="Value"
            description="Exactly as it is here, with spaces and line ends. Nobody sees it again without being noted in the audit."
            required
            withAsterisk={false}
            autosize
            minRows={2}
            maxRows={10}
            maxLength={65_536}
            spellCheck={false}
            styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
            {...(secret === undefined ? {} : { 'data-autofocus': true })}
            value={value}
            onChange={({ currentTarget }) => setValue(currentTarget.value)}
          />
          {put.error !== null && <ProblemAlert error={put.error} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={put.isPending} disabled={value === ''}>
              {secret === undefined ? 'Add' : 'Set the new value'}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function wordsOf({ name, version, revisions }: PutSecretAnswerBody, environment: string): string {
  const [first] = revisions;
  if (first === undefined)
    return `${name} is at version ${version}. No configuration in ${environment} uses it yet.`;
  return first.state === 'released'
    ? `${name} is at version ${version}; agents in ${environment} get it with r${first.revision}.`
    : `${name} is at version ${version}; r${first.revision} in ${environment} waits for an approval.`;
}
