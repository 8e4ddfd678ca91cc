import type { UserBody } from '@binnacle/contracts';
import { Button, Group, Table, Text } from '@mantine/core';
import { RelativeTime } from '../../shell/RelativeTime';
import { describeGrant } from '../grant-words';

export type PersonAct = 'change' | 'remove' | 'reset';

interface Props {
  readonly person: UserBody;
  readonly mayChange: boolean;
  readonly mayReset: boolean;
  readonly onAct: (act: PersonAct) => void;
}

export function PersonRow({ person, mayChange, mayReset, onAct }: Props) {
  const { name, email, grants, memberSince, addedBy } = person;
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm" fw={550}>
          {name}
        </Text>
        <Text size="xs" c="dimmed">
          {email}
        </Text>
      </Table.Td>
      <Table.Td maw={360}>
        {grants.map((grant, index) => (
          <div key={index}>{describeGrant(grant)}</div>
        ))}
      </Table.Td>
      <Table.Td>
        <RelativeTime at={memberSince} />
        <Text size="xs" c="dimmed">
          {addedBy}
        </Text>
      </Table.Td>
      <Table.Td ta="right">
        <Group gap={4} justify="flex-end" wrap="nowrap">
          {mayReset && (
            <Button
              variant="subtle"
              size="compact-xs"
              aria-label={`Password link for ${name}`}
              onClick={() => onAct('reset')}
            >
              Password link
            </Button>
          )}
          {mayChange && (
            <>
              <Button
                variant="subtle"
                size="compact-xs"
                aria-label={`Change what ${name} may do`}
                onClick={() => onAct('change')}
              >
                Change
              </Button>
              <Button
                variant="subtle"
                color="red"
                size="compact-xs"
                aria-label={`Remove ${name}`}
                onClick={() => onAct('remove')}
              >
                Remove
              </Button>
            </>
          )}
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}
