import type { PublishedBody } from '@binnacle/contracts';
import { Alert, Anchor, Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { CircleCheck, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { FindingList } from '../review/FindingList';
import classes from './PublishedStep.module.css';
import { RevisionProgress } from './RevisionProgress';

interface Props {
  readonly service: string;
  readonly layer: string;
  readonly published: PublishedBody;
  /** Default "Edit again". */
  readonly editLabel?: string;
  readonly onEditAgain: () => void;
}

/** Those that are followed live; a console watches no more topics at once. */
const STEP = 20;

/** What was published, and how far it has come. */
export function PublishedStep({ service, layer, published, editLabel = 'Edit again', onEditAgain }: Props) {
  const { version, revisions, warnings } = published;
  const [shown, setShown] = useState(STEP);
  const waiting = revisions.filter(({ state }) => state === 'awaiting_approval').length;
  return (
    <Stack gap="md" maw={900}>
      <Paper withBorder p="md">
        <Group gap="sm" align="flex-start" wrap="nowrap">
          <CircleCheck size={22} className={classes['done'] ?? ''} aria-hidden />
          <div>
            <Title order={2}>Version {version} is published</Title>
            <Text size="sm" c="dimmed">
              {summary(revisions.length, waiting)}
            </Text>
            <Group gap="xs" mt="sm">
              <Button onClick={onEditAgain}>{editLabel}</Button>
              <Anchor
                size="sm"
                renderRoot={(props) => (
                  <Link
                    to="/services/$service/documents/$layer/history"
                    params={{ service, layer }}
                    search={{ from: version - 1, to: version }}
                    {...props}
                  />
                )}
              >
                See it in the history
              </Anchor>
            </Group>
          </div>
        </Group>
      </Paper>
      {warnings.length > 0 && (
        <Alert color="brass" variant="light" p="sm" icon={<TriangleAlert size={16} />} title="Warnings">
          <FindingList findings={warnings} />
        </Alert>
      )}
      {revisions.length > 0 && (
        <ul className={classes['list']} aria-label="Environments">
          {revisions.slice(0, shown).map((revision) => (
            <li key={`${revision.service} ${revision.environment}`}>
              <RevisionProgress revision={revision} />
            </li>
          ))}
        </ul>
      )}
      {revisions.length > shown && (
        <Button variant="subtle" onClick={() => setShown(shown + STEP)}>
          Show {Math.min(STEP, revisions.length - shown)} more of {revisions.length}
        </Button>
      )}
    </Stack>
  );
}

function summary(total: number, waiting: number): string {
  if (total === 0) return 'No environment got another configuration by it.';
  const released = total - waiting;
  const parts = [
    ...(released > 0 ? [`${counted(released)} released: the agents are told now`] : []),
    ...(waiting > 0
      ? [`${released > 0 ? waiting : counted(waiting)} waiting until somebody else has approved`]
      : []),
  ];
  return `${parts.join(', ')}.`;
}

function counted(count: number): string {
  return count === 1 ? '1 revision' : `${count} revisions`;
}
