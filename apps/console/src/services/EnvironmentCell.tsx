import type { ServiceBody } from '@binnacle/contracts';
import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Zap } from 'lucide-react';
import { overviewQuery } from '../health/queries';
import { StatusDot } from '../health/StatusDot';
import classes from './EnvironmentCell.module.css';
import { describeRevisions } from './running-revisions';

interface Props {
  readonly service: ServiceBody;
  readonly environment: string;
}

/** How a service is in one environment: status, how many instances on which revision, open breakers. */
export function EnvironmentCell({ service, environment }: Props) {
  const { data, isPending } = useQuery(overviewQuery(environment));
  if (service.kind === 'shared') return null;
  if (isPending) return <Skeleton height={14} width={72} mt={3} />;
  const health = data?.get(service.name);
  if (health === undefined || health.instances.total === 0)
    return <span className={classes['nothing']}>No instances</span>;
  const { status, instances, revisions, openBreakers } = health;
  return (
    <div className={classes['cell']}>
      <StatusDot status={status} />
      <span className={classes['detail']}>
        {instances.total}
        {describeRevisions(revisions) !== '' && ` on ${describeRevisions(revisions)}`}
      </span>
      {openBreakers > 0 && (
        <span className={classes['breakers']} title={`${openBreakers} open breakers`}>
          <Zap size={12} aria-hidden />
          {openBreakers} open
        </span>
      )}
    </div>
  );
}
