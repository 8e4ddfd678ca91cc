import type { InstanceBody } from '@binnacle/contracts';
import { ActionIcon, Button, Group, SegmentedControl, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { useState } from 'react';
import { instancesQuery, MAX_INSTANCES } from '../health/queries';
import { DataTable } from '../shell/DataTable';
import { PageState } from '../shell/PageState';
import { InstanceRow } from './InstanceRow';
import type { ShownInstances } from './instances-filter';
import classes from './InstancesPanel.module.css';
import { latestRevisionsQuery } from './revision-queries';
import { standOf } from './running-revisions';

const FIRST_ROWS = 50;

interface Props {
  readonly service: string;
  readonly environment: string;
  readonly show: ShownInstances;
  readonly onShow: (show: ShownInstances) => void;
  readonly onClose: () => void;
}

/** The instances behind "12 of 14 on r37": each with what it says it runs, and why it refused. */
export function InstancesPanel({ service, environment, show, onShow, onClose }: Props) {
  const query = useQuery(instancesQuery(service, environment));
  const { data: revisions } = useQuery(latestRevisionsQuery(service, environment));
  const live = revisions?.find(({ state }) => state === 'released')?.revision ?? null;
  return (
    <section aria-labelledby="instances" className={classes['panel']}>
      <Group justify="space-between" gap="xs" mb="xs">
        <Title order={2} id="instances">
          Instances in {environment}
        </Title>
        <ActionIcon aria-label="Close the list of instances" onClick={onClose}>
          <X size={16} />
        </ActionIcon>
      </Group>
      <PageState query={query}>
        {({ instances, isTruncated }) => (
          <>
            <Choice instances={instances} live={live} show={show} onShow={onShow} />
            <Instances key={show} instances={instances.filter(fits(show, live))} live={live} />
            {isTruncated && (
              <Text size="sm" c="dimmed" mt="xs">
                Only the first {MAX_INSTANCES} are listed.
              </Text>
            )}
          </>
        )}
      </PageState>
    </section>
  );
}

interface ChoiceProps {
  readonly instances: readonly InstanceBody[];
  readonly live: number | null;
  readonly show: ShownInstances;
  readonly onShow: (show: ShownInstances) => void;
}

const CHOICES = [
  ['all', 'All'],
  ['live', 'On the live revision'],
  ['stale', 'Stale'],
  ['waiting', 'Starting'],
  ['rejected', 'Rejected'],
  ['unwell', 'Not healthy'],
] as const satisfies readonly (readonly [ShownInstances, string])[];

function Choice({ instances, live, show, onShow }: ChoiceProps) {
  const choices = CHOICES.map(([value, words]) => ({
    value,
    label: `${words} ${instances.filter(fits(value, live)).length}`,
    isWorthIt: value === 'all' || value === show || instances.some(fits(value, live)),
  })).filter(({ isWorthIt }) => isWorthIt);
  return (
    <div className={classes['choice']}>
      <SegmentedControl
        size="xs"
        aria-label="Which instances"
        value={show}
        onChange={onShow}
        data={choices.map(({ value, label }) => ({ value, label }))}
      />
    </div>
  );
}

function Instances({
  instances,
  live,
}: {
  readonly instances: readonly InstanceBody[];
  readonly live: number | null;
}) {
  const [shown, setShown] = useState(FIRST_ROWS);
  if (instances.length === 0)
    return (
      <Text size="sm" c="dimmed" py="sm">
        None.
      </Text>
    );
  return (
    <>
      <DataTable
        label="Instances"
        columns={['Instance', 'Runs', 'Status', 'Host', 'Version', 'Last heard']}
        minWidth={760}
      >
        {instances.slice(0, shown).map((instance) => (
          <InstanceRow key={instance.id} instance={instance} live={live} />
        ))}
      </DataTable>
      {instances.length > shown && (
        <Button variant="default" mt="sm" onClick={() => setShown(shown + FIRST_ROWS * 2)}>
          Show more
        </Button>
      )}
    </>
  );
}

function fits(show: ShownInstances, live: number | null): (instance: InstanceBody) => boolean {
  switch (show) {
    case 'all':
      return () => true;
    case 'unwell':
      return ({ status, lifecycle }) =>
        lifecycle !== 'lost' && (status === 'degraded' || status === 'unhealthy');
    case 'live':
    case 'stale':
    case 'rejected':
    case 'waiting':
      return (instance) => standOf(instance, live) === show;
  }
}
