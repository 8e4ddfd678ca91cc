import type { InstanceBody } from '@binnacle/contracts';
import { Table } from '@mantine/core';
import { StatusDot } from '../health/StatusDot';
import { RelativeTime } from '../shell/RelativeTime';
import { standOf } from './running-revisions';
import classes from './InstancesPanel.module.css';

const STAND_WORDS = {
  live: '',
  stale: 'stale',
  rejected: 'rejected',
  waiting: 'nothing yet',
  lost: '',
} as const;

interface Props {
  readonly instance: InstanceBody;
  readonly live: number | null;
}

export function InstanceRow({ instance, live }: Props) {
  const { id, host, zone, version, lifecycle, status, lastSeenAt, revision, rejected, checks } = instance;
  const stand = standOf(instance, live);
  const unwell = checks.filter((check) => check.status !== 'healthy');
  return (
    <Table.Tr>
      <Table.Td className={classes['id'] ?? ''}>{id}</Table.Td>
      <Table.Td>
        {revision === null ? '' : `r${revision} `}
        <span className={classes['stand']} data-stand={stand}>
          {STAND_WORDS[stand]}
        </span>
        {rejected !== undefined && stand === 'rejected' && (
          <div className={classes['reason']}>
            r{rejected.revision}: {rejected.reason}
          </div>
        )}
      </Table.Td>
      <Table.Td>
        {lifecycle === 'lost' ? 'Lost' : <StatusDot status={status} />}
        {lifecycle !== 'ready' && lifecycle !== 'lost' && (
          <span className={classes['quiet']}> {lifecycle}</span>
        )}
        {unwell.map(({ name, message }) => (
          <div key={name} className={classes['check']}>
            {name}
            {message !== undefined && `: ${message}`}
          </div>
        ))}
      </Table.Td>
      <Table.Td>
        {host}
        {zone !== null && <span className={classes['quiet']}> {zone}</span>}
      </Table.Td>
      <Table.Td>{version}</Table.Td>
      <Table.Td>
        <RelativeTime at={lastSeenAt} />
      </Table.Td>
    </Table.Tr>
  );
}
