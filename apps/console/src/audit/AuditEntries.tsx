import type { AuditEntryBody } from '@binnacle/contracts';
import { ActionIcon, Badge, Stack, Table, Text, UnstyledButton } from '@mantine/core';
import { ChevronDown, ChevronRight } from 'lucide-react';
import { Fragment, useState } from 'react';
import { DataTable } from '../shell/DataTable';
import { PatchList } from '../shell/PatchList';
import { RelativeTime } from '../shell/RelativeTime';
import classes from './AuditEntries.module.css';
import { readAuditDetail } from './audit-detail';
import type { AuditFilter } from './audit-filter';

interface Props {
  readonly entries: readonly AuditEntryBody[];
  /** Narrows the list to what was clicked on. */
  readonly onFilter: (filter: AuditFilter) => void;
}

const COLUMNS = ['', 'When', 'By', 'Action', 'Target', 'Outcome'];

export function AuditEntries({ entries, onFilter }: Props) {
  const [opened, setOpened] = useState<ReadonlySet<number>>(new Set());
  const toggle = (number: number) => {
    const next = new Set(opened);
    if (!next.delete(number)) next.add(number);
    setOpened(next);
  };
  return (
    <DataTable label="Audit entries" columns={COLUMNS} minWidth={820}>
      {entries.map((entry) => {
        const { number, actor, action, target } = entry;
        const isOpen = opened.has(number);
        const Chevron = isOpen ? ChevronDown : ChevronRight;
        return (
          <Fragment key={number}>
            <Table.Tr>
              <Table.Td w={40}>
                <ActionIcon
                  size="sm"
                  aria-label={`Entry ${number}, details`}
                  aria-expanded={isOpen}
                  onClick={() => toggle(number)}
                >
                  <Chevron size={14} />
                </ActionIcon>
              </Table.Td>
              <Table.Td style={{ whiteSpace: 'nowrap' }}>
                <RelativeTime at={entry.at} />
              </Table.Td>
              <Table.Td>
                <Narrow words={actor} onClick={() => onFilter({ actor })} />
              </Table.Td>
              <Table.Td>
                <Narrow words={action} onClick={() => onFilter({ action })} />
              </Table.Td>
              <Table.Td>
                <Narrow words={target} onClick={() => onFilter({ target })} />
              </Table.Td>
              <Table.Td>
                {entry.outcome === 'refused' ? (
                  <Badge color="red" variant="outline" size="sm" radius="sm" tt="none">
                    Refused
                  </Badge>
                ) : (
                  <Text size="sm" c="dimmed">
                    Done
                  </Text>
                )}
              </Table.Td>
            </Table.Tr>
            {isOpen && (
              <Table.Tr className={classes['opened'] ?? ''}>
                <Table.Td />
                <Table.Td colSpan={COLUMNS.length - 1}>
                  <EntryDetail entry={entry} />
                </Table.Td>
              </Table.Tr>
            )}
          </Fragment>
        );
      })}
    </DataTable>
  );
}

function Narrow({ words, onClick }: { readonly words: string; readonly onClick: () => void }) {
  return (
    <UnstyledButton className={classes['filter'] ?? ''} onClick={onClick} title={`Show only ${words}`}>
      {words}
    </UnstyledButton>
  );
}

function EntryDetail({ entry }: { readonly entry: AuditEntryBody }) {
  const { operations, isTruncated, rest } = readAuditDetail(entry.detail);
  const facts: [string, string][] = [
    ['Entry', String(entry.number)],
    ['At', new Date(entry.at).toISOString()],
    ['Answers for it', entry.identity],
    ['Through', entry.credential === '' ? entry.via : `${entry.via} ${entry.credential}`],
    ['From', entry.address],
    ['Request', entry.requestId],
    ['Hash', entry.hash],
  ];
  return (
    <Stack gap="sm">
      {operations !== undefined && <PatchList operations={operations} isTruncated={isTruncated} />}
      {Object.keys(rest).length > 0 && (
        <pre className={classes['json']} tabIndex={0} role="group" aria-label="Details, scrollable">
          {JSON.stringify(rest, null, 2)}
        </pre>
      )}
      <dl className={classes['facts']}>
        {facts
          .filter(([, value]) => value !== '')
          .map(([name, value]) => (
            <Fragment key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </Fragment>
          ))}
      </dl>
    </Stack>
  );
}
