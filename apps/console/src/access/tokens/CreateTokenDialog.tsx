import type { Grant } from '@binnacle/contracts';
import { Button, Group, Modal, Select, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { apiClient } from '../../shell/api-client';
import { ProblemAlert } from '../../shell/ProblemAlert';
import { GrantFields } from '../GrantFields';
import { tokensKey } from './queries';

interface Props {
  readonly onCreated: (secret: string) => void;
  readonly onClose: () => void;
}

const DAY_MS = 86_400_000;
const LIFETIMES = [
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: 'One year' },
  { value: 'never', label: 'Never' },
];
const ROLES = ['agent', 'viewer', 'editor', 'publisher', 'admin'] as const;
const AGENT: Grant = { role: 'agent', services: [], environments: [], permissions: [] };

export function CreateTokenDialog({ onCreated, onClose }: Props) {
  const [name, setName] = useState('');
  const [grant, setGrant] = useState(AGENT);
  const [days, setDays] = useState('365');
  const queryClient = useQueryClient();
  const create = useMutation({
    mutationFn: () =>
      apiClient.tokens.create({
        name: name.trim(),
        ...grant,
        ...(days === 'never'
          ? {}
          : { expiresAt: new Date(Date.now() + Number(days) * DAY_MS).toISOString() }),
      }),
    onSuccess: ({ token }) => onCreated(token),
    onSettled: () => queryClient.invalidateQueries({ queryKey: tokensKey }),
  });
  return (
    <Modal opened onClose={onClose} title="Create a token">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          create.mutate();
        }}
      >
        <Stack gap="sm">
          <TextInput
            label="Name"
            description="What it is for: it stands in the audit."
            placeholder="orders in prod"
            required
            withAsterisk={false}
            maxLength={100}
            data-autofocus
            value={name}
            onChange={({ currentTarget }) => setName(currentTarget.value)}
          />
          <GrantFields grant={grant} roles={ROLES} onChange={setGrant} />
          <Select
            label="Expires"
            allowDeselect={false}
            value={days}
            data={LIFETIMES}
            onChange={(value) => setDays(value ?? days)}
          />
          {grant.role === 'agent' && grant.services.length === 0 && (
            <Text size="xs" c="var(--text-warning)">
              Without a service it is an agent of every one, and gets all of their secrets.
            </Text>
          )}
          <Text size="xs" c="dimmed">
            It ends when you leave the workspace. For what must outlast you, make it with the token of a
            program.
          </Text>
          {create.error !== null && <ProblemAlert error={create.error} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={create.isPending}>
              Create token
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
