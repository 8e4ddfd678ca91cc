import type { SecretBody } from '@binnacle/contracts';
import { Button, Group, Table, Text } from '@mantine/core';
import { RelativeTime } from '../shell/RelativeTime';

export type SecretAct = 'change' | 'reveal' | 'delete';

interface Props {
  readonly secret: SecretBody;
  readonly mayWrite: boolean;
  readonly mayReveal: boolean;
  readonly onAct: (act: SecretAct) => void;
}

export function SecretRow({ secret, mayWrite, mayReveal, onAct }: Props) {
  const { name, version, updatedAt, updatedBy } = secret;
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm" fw={550} ff="monospace">
          {name}
        </Text>
      </Table.Td>
      <Table.Td>{version}</Table.Td>
      <Table.Td>
        <RelativeTime at={updatedAt} />
        <Text size="xs" c="dimmed">
          {updatedBy}
        </Text>
      </Table.Td>
      <Table.Td ta="right">
        <Group gap={4} justify="flex-end" wrap="nowrap">
          {mayReveal && (
            <Button
              variant="subtle"
              size="compact-xs"
              aria-label={`Reveal ${name}`}
              onClick={() => onAct('reveal')}
            >
              Reveal
            </Button>
          )}
          {mayWrite && (
            <>
              <Button
                variant="subtle"
                size="compact-xs"
                aria-label={`New value for ${name}`}
                onClick={() => onAct('change')}
              >
                New value
              </Button>
              <Button
                variant="subtle"
                color="red"
                size="compact-xs"
                aria-label={`Delete ${name}`}
                onClick={() => onAct('delete')}
              >
                Delete
              </Button>
            </>
          )}
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}
