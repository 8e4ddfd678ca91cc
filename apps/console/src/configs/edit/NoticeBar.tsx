import { Alert, Button, Group, Text } from '@mantine/core';
import { GitMerge, Info } from 'lucide-react';
import type { ReactNode } from 'react';
import { ProblemAlert } from '../../shell/ProblemAlert';
import { actorName } from '../actor-name';
import type { DraftEnd } from '../drafts/draft-state';
import { endTitle, type Notice } from './notices';

interface Props {
  readonly notice: Notice;
  /** How the draft ended that is gone; undefined while that is being read. */
  readonly ended: DraftEnd | undefined;
  /** Brings my text and what stands on the server together. */
  readonly onMerge: () => void;
  /** Shows what stands on the server, in place of what is in the editor. */
  readonly onReopen: () => void;
  readonly onRetry: () => void;
}

/** Something happened to the document elsewhere, or to a save. */
export function NoticeBar({ notice, ended, onMerge, onReopen, onRetry }: Props) {
  const merge = <Button onClick={onMerge}>Merge</Button>;
  switch (notice.kind) {
    case 'conflict':
      return (
        <Bar isPressing title={conflictTitle(notice)} actions={merge}>
          Your text is kept in this browser and is not saved until both are brought together.
        </Bar>
      );
    case 'draft-gone':
      return (
        <Bar
          title={endTitle(ended)}
          actions={
            <Button variant="default" onClick={onReopen}>
              Show what is live
            </Button>
          }
        >
          {notice.version === 0 ? 'Nothing is live' : `Live is version ${notice.version}`}. If you go on
          typing, you will be asked how to bring your text in.
        </Bar>
      );
    case 'newer-draft':
      return (
        <Bar
          title={`${actorName(notice.draft.author)} saved this draft`}
          actions={
            <Button variant="default" onClick={onReopen}>
              Show it
            </Button>
          }
        >
          You see it as it was before.
        </Bar>
      );
    case 'draft-began':
      return (
        <Bar
          title={`${actorName(notice.draft.author)} began a draft`}
          actions={
            <Button variant="default" onClick={onReopen}>
              Show it
            </Button>
          }
        >
          A document has one draft, which everybody works on.
        </Bar>
      );
    case 'newer-version':
      return (
        <Bar isPressing title={`Version ${notice.version} was published${by(notice.author)}`} actions={merge}>
          Your text was made on an older one. Bring both together before you publish.
        </Bar>
      );
    case 'refused':
      return <ProblemAlert error={notice.error} title="The draft was not saved" onRetry={onRetry} />;
  }
}

function conflictTitle({ theirs, isAnother }: Extract<Notice, { kind: 'conflict' }>): string {
  if (theirs.kind === 'draft') {
    const who = actorName(theirs.draft.author);
    return isAnother
      ? `Your draft ended, and ${who} began another`
      : `${who} saved this draft at the same time`;
  }
  if (theirs.ended !== undefined) return endTitle(theirs.ended);
  return theirs.live === undefined
    ? 'What was live is gone'
    : `Version ${theirs.live.version} was published${by(theirs.live.author)} meanwhile`;
}

function by(author: string | undefined): string {
  return author === undefined ? '' : ` by ${actorName(author)}`;
}

interface BarProps {
  readonly title: string;
  readonly children: ReactNode;
  readonly actions: ReactNode;
  readonly isPressing?: boolean;
}

/** A line above the editor, with what can be done about it. */
export function Bar({ title, children, actions, isPressing = false }: BarProps) {
  return (
    <Alert
      role={isPressing ? 'alert' : 'status'}
      variant="light"
      color={isPressing ? 'brass' : 'gray'}
      p="xs"
      icon={isPressing ? <GitMerge size={16} /> : <Info size={16} />}
    >
      <Group justify="space-between" gap="xs">
        <Text size="sm">
          <b>{title}.</b> {children}
        </Text>
        <Group gap="xs">{actions}</Group>
      </Group>
    </Alert>
  );
}
