import type { PublishedBody } from '@binnacle/contracts';
import { Anchor, Badge, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useCallback, useState } from 'react';
import { apiClient } from '../../shell/api-client';
import { useLive, useLiveEvent } from '../../shell/live';
import classes from './PublishedStep.module.css';
import { type Progress, progressOfInstances, progressOfMessage } from './revision-progress';

type PublishedRevision = PublishedBody['revisions'][number];

const POLL_MS = 3_000;
const MAX_INSTANCES = 200;

/** One environment: what became of its new revision. */
export function RevisionProgress({ revision }: { readonly revision: PublishedRevision }) {
  const { service, environment, state, approval } = revision;
  return (
    <div className={classes['row']}>
      <Group justify="space-between" gap="xs">
        <Group gap="xs">
          <Text size="sm" fw={600}>
            {service} in {environment}
          </Text>
          <Text size="sm" c="dimmed">
            r{revision.revision}
          </Text>
        </Group>
        {state === 'awaiting_approval' ? (
          <Group gap="xs">
            <Badge variant="light" color="brass" size="sm">
              waits for approval
            </Badge>
            {approval !== undefined && (
              <Anchor
                size="sm"
                renderRoot={(props) => <Link to="/approvals/$approval" params={{ approval }} {...props} />}
              >
                Open the approval
              </Anchor>
            )}
          </Group>
        ) : (
          <Badge variant="light" color="harbor" size="sm">
            released
          </Badge>
        )}
      </Group>
      {state === 'released' && <Instances revision={revision} />}
    </div>
  );
}

function Instances({ revision }: { readonly revision: PublishedRevision }) {
  const { service, environment } = revision;
  const [told, setTold] = useState<Progress>();
  useLive([`instances:${service}/${environment}`]);
  useLiveEvent(
    'instances',
    useCallback(
      (message: unknown) => {
        const progress = progressOfMessage(message as Parameters<typeof progressOfMessage>[0], revision);
        if (progress !== undefined) setTold(progress);
      },
      [revision],
    ),
  );
  const query = useQuery({
    queryKey: ['configs', 'progress', service, environment, revision.revision],
    queryFn: async ({ signal }) => {
      const { items } = await apiClient.health.instances(
        service,
        environment,
        { limit: MAX_INSTANCES },
        { signal },
      );
      return progressOfInstances(items, revision.revision);
    },
    // Nobody tells yet, or any more: then it is asked for until all are there.
    refetchInterval: ({ state: { data } }) => (told === undefined && data?.waiting !== 0 ? POLL_MS : false),
  });
  const progress = told ?? query.data;
  if (progress === undefined) return null;
  const { total, applied, waiting, rejected, rejectedCount } = progress;
  if (total === 0)
    return (
      <Text size="sm" c="dimmed" mt={4}>
        No instance runs here now. Those that start get this revision.
      </Text>
    );
  const share = (count: number) => `${(100 * count) / total}%`;
  return (
    <>
      <Text size="sm" c="dimmed" mt={4} role="status">
        {applied} of {total} applied it{waiting > 0 && `, ${waiting} waiting`}
        {rejectedCount > 0 && `, ${rejectedCount} rejected it`}
      </Text>
      <div className={classes['bar']} aria-hidden>
        <span data-kind="applied" style={{ width: share(applied) }} />
        <span data-kind="rejected" style={{ width: share(rejectedCount) }} />
      </div>
      {rejectedCount > 0 && (
        <ul className={classes['rejections']}>
          {rejected.map(({ id, reason }) => (
            <li key={id}>
              <code>{id}</code> {reason}
            </li>
          ))}
          {rejectedCount > rejected.length && <li>and {rejectedCount - rejected.length} more</li>}
        </ul>
      )}
    </>
  );
}
