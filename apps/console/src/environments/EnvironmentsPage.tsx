import type { EnvironmentBody } from '@binnacle/contracts';
import { Badge, Button, Group, Table, Text, VisuallyHidden } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Layers3, Lock, Plus } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { DataTable } from '../shell/DataTable';
import { useLive } from '../shell/live';
import { EmptyState, PageState } from '../shell/PageState';
import { PageTitle } from '../shell/PageTitle';
import { RelativeTime } from '../shell/RelativeTime';
import { useMay } from '../shell/session';
import classes from './EnvironmentsPage.module.css';
import { MoveButtons } from './MoveButtons';
import { ProtectDialog } from './ProtectDialog';
import { environmentsQuery } from './queries';

const CreateEnvironmentDialog = lazy(async () => ({
  default: (await import('./CreateEnvironmentDialog')).CreateEnvironmentDialog,
}));

const TOPICS = ['services'];

/** The environments of the workspace in their order, and which are protected. */
export function EnvironmentsPage() {
  useLive(TOPICS);
  const query = useQuery(environmentsQuery);
  const may = useMay();
  const [isCreating, setCreating] = useState(false);
  const [protecting, setProtecting] = useState<EnvironmentBody>();
  const create = may('environments:write') ? (
    <Button leftSection={<Plus size={14} />} onClick={() => setCreating(true)}>
      Create environment
    </Button>
  ) : undefined;
  return (
    <>
      <PageTitle
        title="Environments"
        description="In the order in which configuration is promoted. A release into a protected one waits for a second person."
        actions={create}
      />
      <PageState
        query={query}
        isEmpty={(environments) => environments.length === 0}
        empty={
          <EmptyState icon={Layers3} title="No environments yet" action={create}>
            Such as dev, staging and prod: each has its own overlay over the base configuration of a service.
          </EmptyState>
        }
      >
        {(environments) => (
          <div className={classes['list']}>
            <DataTable
              label="Environments"
              columns={[
                'Environment',
                'Releases',
                'Created',
                <VisuallyHidden key="actions">Actions</VisuallyHidden>,
              ]}
              minWidth={520}
            >
              {environments.map((environment, place) => (
                <Table.Tr key={environment.name}>
                  <Table.Td>
                    <Text size="sm" fw={550} component="span">
                      {environment.name}
                    </Text>
                  </Table.Td>
                  <Table.Td>
                    <Releases isProtected={environment.protected} />
                  </Table.Td>
                  <Table.Td className={classes['quiet'] ?? ''}>
                    <RelativeTime at={environment.createdAt} />
                  </Table.Td>
                  <Table.Td className={classes['actions'] ?? ''}>
                    {may('environments:write', { environment: environment.name }) && (
                      <Group gap={4} justify="flex-end" wrap="nowrap">
                        <MoveButtons environments={environments} place={place} />
                        <Button
                          variant="default"
                          size="compact-xs"
                          onClick={() => setProtecting(environment)}
                          aria-label={`${environment.protected ? 'Unprotect' : 'Protect'} ${environment.name}`}
                        >
                          {environment.protected ? 'Unprotect' : 'Protect'}
                        </Button>
                      </Group>
                    )}
                  </Table.Td>
                </Table.Tr>
              ))}
            </DataTable>
          </div>
        )}
      </PageState>
      {isCreating && (
        <Suspense>
          <CreateEnvironmentDialog onClose={() => setCreating(false)} />
        </Suspense>
      )}
      {protecting !== undefined && (
        <ProtectDialog environment={protecting} onClose={() => setProtecting(undefined)} />
      )}
    </>
  );
}

function Releases({ isProtected }: { readonly isProtected: boolean }) {
  if (!isProtected) return <span className={classes['quiet']}>At once</span>;
  return (
    <Badge
      className={classes['badge'] ?? ''}
      size="sm"
      variant="light"
      color="brass"
      leftSection={<Lock size={10} />}
    >
      After approval
    </Badge>
  );
}
