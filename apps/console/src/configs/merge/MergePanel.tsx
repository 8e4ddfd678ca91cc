import { Alert, Button, Group, Paper, SegmentedControl, Stack, Text, Title } from '@mantine/core';
import type { Json, MergeConflict } from '@binnacle/domain';
import { useQuery } from '@tanstack/react-query';
import { GitMerge } from 'lucide-react';
import { useState } from 'react';
import { PageState } from '../../shell/PageState';
import type { DraftText } from '../drafts/draft-state';
import { LazyDiff } from '../review/LazyDiff';
import { inDocumentWorker } from '../work/document-worker';
import classes from './MergePanel.module.css';
import { type Choice, choicesAsEdits, openConflicts } from './merge-choices';

export interface MergeSides {
  readonly base: DraftText;
  readonly mine: DraftText;
  readonly theirs: DraftText;
  /** "version 5 by Ben", "Ben's draft". */
  readonly theirName: string;
}

interface Props {
  readonly sides: MergeSides;
  readonly onDone: (text: DraftText) => void;
  readonly onCancel: () => void;
}

const MAX_VALUE_LENGTH = 400;

/** Brings what is mine and what is theirs together: what only one side changed by itself, the rest by choice. */
export function MergePanel({ sides, onDone, onCancel }: Props) {
  const { base, mine, theirs, theirName } = sides;
  const query = useQuery({
    queryKey: ['configs', 'merge', base, mine, theirs],
    queryFn: () => inDocumentWorker({ kind: 'merge', base, mine, theirs }),
    staleTime: Infinity,
    gcTime: 0,
  });
  return (
    <Paper withBorder p="md" aria-label="Merge" component="section">
      <Group gap="xs" mb={4}>
        <GitMerge size={18} aria-hidden />
        <Title order={2}>Bring both sides together</Title>
      </Group>
      <PageState query={query}>
        {(merged) =>
          merged.ok ? (
            <Merging merged={merged} sides={sides} onDone={onDone} onCancel={onCancel} />
          ) : (
            <Stack gap="sm">
              <Alert
                color="brass"
                variant="light"
                title="These texts cannot be brought together by themselves"
              >
                {merged.errors[0]?.message}. Keep one of them, and copy over by hand what you need of the
                other.
              </Alert>
              <LazyDiff label={`Yours against ${theirName}`} before={theirs} after={mine} />
              <Group gap="xs">
                <Button onClick={() => onDone(mine)}>Go on with mine</Button>
                <Button variant="default" onClick={() => onDone(theirs)}>
                  Take {theirName}
                </Button>
                <Button variant="subtle" onClick={onCancel}>
                  Not now
                </Button>
              </Group>
            </Stack>
          )
        }
      </PageState>
    </Paper>
  );
}

interface MergingProps extends Props {
  readonly merged: {
    readonly source: string;
    readonly textOf: 'mine' | 'theirs';
    readonly conflicts: readonly MergeConflict[];
  };
}

function Merging({ merged, sides, onDone, onCancel }: MergingProps) {
  const [choices, setChoices] = useState<ReadonlyMap<string, Choice>>(new Map());
  const { conflicts } = merged;
  const isMineAlone = sides.base.source === sides.theirs.source;
  const open = openConflicts(conflicts, choices);
  const edits = choicesAsEdits(conflicts, choices);
  const result = useQuery({
    queryKey: ['configs', 'merge-result', merged.source, edits],
    queryFn: () => inDocumentWorker({ kind: 'edit', text: { ...sides.mine, source: merged.source }, edits }),
    placeholderData: (earlier) => earlier,
    staleTime: Infinity,
    gcTime: 0,
  });
  const chooseAll = (choice: Choice): void =>
    setChoices(new Map(conflicts.map(({ pointer }) => [pointer, choice])));
  const text =
    result.data?.ok === true ? { source: result.data.source, format: sides.mine.format } : undefined;
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        {isMineAlone
          ? `Nothing changed in ${sides.theirName} since yours was begun: your text goes on as it is.`
          : conflicts.length === 0
            ? `Yours and ${sides.theirName} changed different places: both are in the text below, and there is nothing to decide.`
            : `What only one side changed is in already. ${places(conflicts.length)} changed on both sides: choose what stays.`}
        {!isMineAlone &&
          merged.textOf === 'mine' &&
          sides.mine.format === 'yaml' &&
          ` Comments and order are those of your text; below you see which of ${sides.theirName} that leaves out.`}
      </Text>
      {conflicts.length > 1 && (
        <Group gap="xs">
          <Button size="compact-xs" variant="default" onClick={() => chooseAll('mine')}>
            All mine
          </Button>
          <Button size="compact-xs" variant="default" onClick={() => chooseAll('theirs')}>
            All theirs
          </Button>
        </Group>
      )}
      <ul className={classes['conflicts']}>
        {conflicts.map((conflict) => (
          <li key={conflict.pointer}>
            <Conflict
              conflict={conflict}
              choice={choices.get(conflict.pointer)}
              onChoose={(choice) => setChoices(new Map(choices).set(conflict.pointer, choice))}
            />
          </li>
        ))}
      </ul>
      <div>
        <Text size="sm" fw={500} mb={4}>
          From {sides.theirName} to what it becomes
        </Text>
        {text !== undefined && <LazyDiff label="The merged text" before={sides.theirs} after={text} />}
        {result.data?.ok === false && <Alert color="red">{result.data.errors[0]?.message}</Alert>}
      </div>
      <Group gap="xs">
        <Button disabled={open > 0 || text === undefined} onClick={() => text !== undefined && onDone(text)}>
          {open > 0 ? `${places(open)} to choose` : 'Go on with this text'}
        </Button>
        <Button variant="default" onClick={onCancel}>
          Not now
        </Button>
      </Group>
    </Stack>
  );
}

interface ConflictProps {
  readonly conflict: MergeConflict;
  readonly choice: Choice | undefined;
  readonly onChoose: (choice: Choice) => void;
}

function Conflict({ conflict, choice, onChoose }: ConflictProps) {
  const { pointer, base, mine, theirs } = conflict;
  return (
    <div className={classes['conflict']} data-open={choice === undefined}>
      <div className={classes['place']}>
        <code>{pointer === '' ? 'the whole document' : pointer}</code>
        <SegmentedControl
          size="xs"
          aria-label={`What stays at ${pointer}`}
          value={choice ?? ''}
          onChange={(value) => onChoose(value === 'theirs' ? 'theirs' : 'mine')}
          data={[
            { value: 'mine', label: 'Mine' },
            { value: 'theirs', label: 'Theirs' },
          ]}
        />
      </div>
      <dl className={classes['sides']}>
        <Side name="before" value={base} />
        <Side name="mine" value={mine} isChosen={choice === 'mine'} />
        <Side name="theirs" value={theirs} isChosen={choice === 'theirs'} />
      </dl>
    </div>
  );
}

function Side({
  name,
  value,
  isChosen,
}: {
  readonly name: string;
  readonly value: Json | undefined;
  readonly isChosen?: boolean;
}) {
  const text = value === undefined ? '' : JSON.stringify(value);
  return (
    <div className={classes['side']} data-chosen={isChosen ?? false}>
      <dt>{name}</dt>
      <dd>
        {value === undefined ? (
          <span className={classes['nothing']}>nothing</span>
        ) : (
          <code>{text.length > MAX_VALUE_LENGTH ? `${text.slice(0, MAX_VALUE_LENGTH)}…` : text}</code>
        )}
      </dd>
    </div>
  );
}

function places(count: number): string {
  return count === 1 ? 'One place' : `${count} places`;
}
