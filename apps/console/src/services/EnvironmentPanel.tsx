import type { EnvironmentBody, RevisionBody } from '@binnacle/contracts';
import { Skeleton, Text, Title, Tooltip } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ArrowRight, Clock3, Lock } from 'lucide-react';
import { serviceHealthQuery } from '../health/queries';
import { StatusDot } from '../health/StatusDot';
import { PageState } from '../shell/PageState';
import { RelativeTime } from '../shell/RelativeTime';
import { useMay } from '../shell/session';
import classes from './EnvironmentPanel.module.css';
import { OpenBreakers } from './OpenBreakers';
import { latestRevisionsQuery } from './revision-queries';
import { RevisionList } from './RevisionList';
import { WhoRuns } from './WhoRuns';

interface Props {
  readonly service: string;
  readonly environment: EnvironmentBody;
  /** Its instances are listed below. */
  readonly isOpened: boolean;
}

export function EnvironmentPanel({ service, environment, isOpened }: Props) {
  const { name } = environment;
  const may = useMay();
  const maySeeHealth = may('health:read', { service, environment: name });
  const revisions = useQuery(latestRevisionsQuery(service, name));
  return (
    <section className={classes['panel']} aria-label={name} data-opened={isOpened}>
      <header className={classes['head']}>
        <Title order={2} className={classes['name'] ?? ''}>
          {name}
          {environment.protected && (
            <Tooltip label="Protected: a second person approves every release">
              <Lock size={13} aria-label="Protected" role="img" />
            </Tooltip>
          )}
        </Title>
        {maySeeHealth && <Health service={service} environment={name} />}
      </header>
      <PageState query={revisions} loading={<Skeleton height={120} />}>
        {(items) => (
          <Revisions service={service} environment={name} items={items} maySeeHealth={maySeeHealth} />
        )}
      </PageState>
    </section>
  );
}

function Health({ service, environment }: { readonly service: string; readonly environment: string }) {
  const { data } = useQuery(serviceHealthQuery(service, environment));
  if (data === undefined || data.instances.total === 0) return null;
  return (
    <Text size="sm" component="div">
      <StatusDot status={data.status} />
    </Text>
  );
}

interface RevisionsProps {
  readonly service: string;
  readonly environment: string;
  readonly items: readonly RevisionBody[];
  readonly maySeeHealth: boolean;
}

function Revisions({ service, environment, items, maySeeHealth }: RevisionsProps) {
  const live = items.find(({ state }) => state === 'released');
  const waiting = items.find(({ state }) => state === 'awaiting_approval');
  return (
    <>
      <div className={classes['live']}>
        {live === undefined ? (
          <Text size="sm" c="dimmed">
            {items.length === 0 ? 'No configuration yet' : 'Nothing released yet'}
          </Text>
        ) : (
          <>
            <span className={classes['revision']}>r{live.revision}</span>
            <Text size="sm" c="dimmed" component="span">
              live, published <RelativeTime at={live.createdAt} />
            </Text>
          </>
        )}
      </div>
      {waiting !== undefined && (
        <div className={classes['waiting']}>
          <Clock3 size={14} aria-hidden />
          <div>
            <Link to="/approvals" search={{ service, environment }} className={classes['approval']}>
              <b>r{waiting.revision}</b> waits for approval
            </Link>
            <div className={classes['by']}>
              {waiting.author}, <RelativeTime at={waiting.createdAt} />
              {waiting.message !== '' && <>: {waiting.message}</>}
            </div>
          </div>
        </div>
      )}
      {maySeeHealth && (
        <WhoRuns service={service} environment={environment} liveRevision={live?.revision ?? null} />
      )}
      <OpenBreakers service={service} environment={environment} />
      <RevisionList revisions={items} live={live?.revision ?? null} />
      <Link
        to="/services/$service/documents/$layer"
        params={{ service, layer: environment }}
        className={classes['configuration']}
      >
        Configuration of {environment}
        <ArrowRight size={13} aria-hidden />
      </Link>
    </>
  );
}
