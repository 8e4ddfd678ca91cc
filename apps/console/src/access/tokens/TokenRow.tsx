import type { TokenBody } from '@binnacle/contracts';
import { Badge, Button, Group, Table, Text } from '@mantine/core';
import { RelativeTime } from '../../shell/RelativeTime';
import { describeGrant } from '../grant-words';
import type { TokenEnd } from './EndTokenDialog';
import type { TokenState } from './token-state';

interface Props {
  readonly token: TokenBody;
  readonly state: TokenState;
  readonly onEnd: (end: TokenEnd) => void;
}

export function TokenRow({ token, state, onEnd }: Props) {
  const { name, lastFour, lastUsedAt, expiresAt, createdBy, createdAt } = token;
  return (
    <Table.Tr>
      <Table.Td>
        <Group gap={8}>
          <Text size="sm" fw={550}>
            {name}
          </Text>
          {state !== 'active' && (
            <Badge size="sm" variant="outline" color="gray" radius="sm" tt="none">
              {state === 'revoked' ? 'Revoked' : 'Expired'}
            </Badge>
          )}
        </Group>
        <Text size="xs" c="dimmed" ff="monospace">
          …{lastFour}
        </Text>
      </Table.Td>
      <Table.Td maw={320}>{describeGrant(token)}</Table.Td>
      <Table.Td>{lastUsedAt === null ? <Never /> : <RelativeTime at={lastUsedAt} />}</Table.Td>
      <Table.Td>{expiresAt === null ? <Never /> : <RelativeTime at={expiresAt} />}</Table.Td>
      <Table.Td>
        {createdBy}
        <Text size="xs" c="dimmed" component="div">
          <RelativeTime at={createdAt} />
        </Text>
      </Table.Td>
      <Table.Td ta="right">
        {state === 'active' && (
          <Group gap={4} justify="flex-end" wrap="nowrap">
            <Button
              variant="subtle"
              size="compact-xs"
              aria-label={`Rotate ${name}`}
              onClick={() => onEnd('rotate')}
            >
              Rotate
            </Button>
            <Button
              variant="subtle"
              color="red"
              size="compact-xs"
              aria-label={`Revoke ${name}`}
              onClick={() => onEnd('revoke')}
            >
              Revoke
            </Button>
          </Group>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

function Never() {
  return (
    <Text size="sm" c="dimmed">
      never
    </Text>
  );
}
