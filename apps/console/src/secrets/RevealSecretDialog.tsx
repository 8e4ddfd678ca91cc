import type { SecretBody } from '@binnacle/contracts';
import { Button, Code, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { apiClient } from '../shell/api-client';
import { CopyButton } from '../shell/CopyButton';
import { ProblemAlert } from '../shell/ProblemAlert';

interface Props {
  readonly service: string;
  readonly environment: string;
  readonly secret: SecretBody;
  readonly onClose: () => void;
}

/** Shows a value as long as it is open; it is asked for only when somebody says so, because that stands in the audit. */
export function RevealSecretDialog({ service, environment, secret: { name }, onClose }: Props) {
  const reveal = useMutation({
    gcTime: 0,
    mutationFn: () => apiClient.secrets.reveal(service, environment, name),
  });
  return (
    <Modal opened onClose={onClose} title={`${name} in ${environment}`} size="lg">
      <Stack gap="sm">
        {reveal.data === undefined ? (
          <Text size="sm">The audit will say that you looked at it.</Text>
        ) : (
          <Group gap="xs" wrap="nowrap" align="flex-start">
            <Code block style={{ flex: 1, overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
              {reveal.data.value}
            </Code>
            <CopyButton value={reveal.data.value} label="Copy the value" />
          </Group>
        )}
        {reveal.error !== null && <ProblemAlert error={reveal.error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Close
          </Button>
          {reveal.data === undefined && (
            <Button loading={reveal.isPending} onClick={() => reveal.mutate()} data-autofocus>
              Reveal
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  );
}
