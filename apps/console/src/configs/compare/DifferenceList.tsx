import { Button, Checkbox, Group, Table, Text } from '@mantine/core';
import type { LeafOriginBody } from '@binnacle/contracts';
import type { Json } from '@binnacle/domain';
import { useState } from 'react';
import classes from './DifferenceList.module.css';
import type { EnvironmentDifference } from './environment-differences';

interface Props {
  readonly from: string;
  readonly to: string;
  readonly differences: readonly EnvironmentDifference[];
  readonly chosen: ReadonlySet<string>;
  readonly isDisabled: boolean;
  readonly mayPromote: boolean;
  readonly onChoose: (chosen: ReadonlySet<string>) => void;
  readonly onPromote: () => void;
}

const STEP = 200;
const MAX_LENGTH = 160;

/** Where two environments differ; those that are chosen can be promoted. */
export function DifferenceList(props: Props) {
  const { from, to, differences, chosen, isDisabled, mayPromote, onChoose } = props;
  const [shown, setShown] = useState(STEP);
  const toggle = (pointer: string): void => {
    const next = new Set(chosen);
    if (!next.delete(pointer)) next.add(pointer);
    onChoose(next);
  };
  const isAll = chosen.size === differences.length;
  return (
    <div>
      <Table.ScrollContainer minWidth={480} type="native" tabIndex={0}>
        <Table className={classes['table'] ?? ''} verticalSpacing={5}>
          <Table.Thead>
            <Table.Tr>
              {mayPromote && (
                <Table.Th w={36}>
                  <Checkbox
                    size="xs"
                    aria-label="All differences"
                    checked={isAll}
                    indeterminate={chosen.size > 0 && !isAll}
                    disabled={isDisabled}
                    onChange={() =>
                      onChoose(isAll ? new Set() : new Set(differences.map(({ pointer }) => pointer)))
                    }
                  />
                </Table.Th>
              )}
              <Table.Th>Place</Table.Th>
              <Table.Th>In {from}</Table.Th>
              <Table.Th>In {to}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {differences.slice(0, shown).map(({ pointer, here, there, hereOrigin, thereOrigin }) => (
              <Table.Tr key={pointer}>
                {mayPromote && (
                  <Table.Td>
                    <Checkbox
                      size="xs"
                      aria-label={pointer}
                      checked={chosen.has(pointer)}
                      disabled={isDisabled}
                      onChange={() => toggle(pointer)}
                    />
                  </Table.Td>
                )}
                <Table.Td>
                  <code className={classes['code']}>{pointer}</code>
                </Table.Td>
                <Table.Td>
                  <Value value={there} origin={thereOrigin} />
                </Table.Td>
                <Table.Td>
                  <Value value={here} origin={hereOrigin} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Group gap="xs" mt="xs">
        {differences.length > shown && (
          <Button variant="subtle" onClick={() => setShown(shown + STEP)}>
            Show {Math.min(STEP, differences.length - shown)} more
          </Button>
        )}
        {mayPromote && !isDisabled && (
          <Button disabled={chosen.size === 0} onClick={props.onPromote}>
            {chosen.size === 0 ? `Choose what goes to ${to}` : `Promote ${chosen.size} to ${to}`}
          </Button>
        )}
      </Group>
    </div>
  );
}

function Value({
  value,
  origin,
}: {
  readonly value: Json | undefined;
  readonly origin: LeafOriginBody | undefined;
}) {
  if (value === undefined)
    return (
      <Text size="sm" c="dimmed" fs="italic">
        nothing
      </Text>
    );
  const text = JSON.stringify(value);
  return (
    <>
      <code className={classes['code']}>
        {text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text}
      </code>
      {origin !== undefined && (
        <Text size="xs" c="dimmed">
          {origin.layer} v{origin.version}
        </Text>
      )}
    </>
  );
}
