import type { PreviewBody, PreviewedChangeBody } from '@binnacle/contracts';
import { Badge, Button, Table, Text } from '@mantine/core';
import { useState } from 'react';
import classes from './EffectTable.module.css';

const STEP = 50;

/** Every service and environment whose configuration would change. */
export function EffectTable({ preview }: { readonly preview: Pick<PreviewBody, 'changes' | 'total'> }) {
  const [shown, setShown] = useState(STEP);
  const { changes, total } = preview;
  if (total === 0)
    return (
      <Text size="sm" c="dimmed">
        No environment gets another configuration.
      </Text>
    );
  const hidden = total - changes.length;
  return (
    <>
      <Table.ScrollContainer minWidth={460} type="native" tabIndex={0}>
        <Table className={classes['table'] ?? ''} verticalSpacing={5}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Service</Table.Th>
              <Table.Th>Environment</Table.Th>
              <Table.Th>Revision</Table.Th>
              <Table.Th>Values</Table.Th>
              <Table.Th>Running</Table.Th>
              <Table.Th>Then</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {changes.slice(0, shown).map((change) => (
              <EffectRow key={`${change.service} ${change.environment}`} change={change} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {changes.length > shown && (
        <Button variant="subtle" onClick={() => setShown(shown + STEP)}>
          Show {Math.min(STEP, changes.length - shown)} more of {changes.length}
        </Button>
      )}
      {hidden > 0 && (
        <Text size="xs" c="dimmed">
          {hidden} more change that are not listed: there are too many, or you may not see them.
        </Text>
      )}
    </>
  );
}

function EffectRow({ change }: { readonly change: PreviewedChangeBody }) {
  const { service, environment, revision, from, added, changed, removed, state, runningInstances } = change;
  return (
    <Table.Tr>
      <Table.Td>{service}</Table.Td>
      <Table.Td>{environment}</Table.Td>
      <Table.Td className={classes['quiet'] ?? ''}>
        {from === null ? '' : `r${from} → `}
        <b>r{revision}</b>
      </Table.Td>
      <Table.Td className={classes['counts'] ?? ''}>
        <Counts added={added} changed={changed} removed={removed} />
      </Table.Td>
      <Table.Td className={classes['quiet'] ?? ''}>
        {runningInstances === undefined
          ? ''
          : runningInstances === 1
            ? '1 instance'
            : `${runningInstances} instances`}
      </Table.Td>
      <Table.Td>
        {state === 'released' ? (
          <Badge variant="light" color="harbor" size="sm">
            released at once
          </Badge>
        ) : (
          <Badge variant="light" color="brass" size="sm">
            waits for approval
          </Badge>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

/** How many values a change adds, changes and removes. */
export function Counts({
  added,
  changed,
  removed,
}: {
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
}) {
  return (
    <span className={classes['counts']} aria-label={`${added} added, ${changed} changed, ${removed} removed`}>
      {added > 0 && <span data-kind="added">+{added}</span>}
      {changed > 0 && <span data-kind="changed">~{changed}</span>}
      {removed > 0 && <span data-kind="removed">−{removed}</span>}
      {added + changed + removed === 0 && <span>0</span>}
    </span>
  );
}
