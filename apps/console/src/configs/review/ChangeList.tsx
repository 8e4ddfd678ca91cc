import type { DescribedChangeBody } from '@binnacle/contracts';
import { Button, Text, VisuallyHidden } from '@mantine/core';
import { useState } from 'react';
import classes from './ChangeList.module.css';

interface Props {
  readonly changes: readonly DescribedChangeBody[];
  readonly total: number;
}

const STEP = 100;
const MAX_LENGTH = 160;
const SIGNS = { added: '+', removed: '−', changed: '~', moved: '→' } as const;

/** What changed, place by place, as a person reads it. */
export function ChangeList({ changes, total }: Props) {
  const [shown, setShown] = useState(STEP);
  const hidden = total - Math.min(shown, changes.length);
  return (
    <>
      <ul className={classes['list']} aria-label="Changes">
        {changes.slice(0, shown).map((change) => (
          <li key={`${change.kind} ${change.pointer}`} className={classes['change']} data-kind={change.kind}>
            <span className={classes['sign']} aria-hidden>
              {SIGNS[change.kind]}
            </span>
            <VisuallyHidden>{change.kind}</VisuallyHidden>
            <span className={classes['pointer']}>
              {change.pointer === '' ? 'the whole document' : change.pointer}
            </span>
            <Values change={change} />
          </li>
        ))}
      </ul>
      {changes.length > shown && (
        <Button variant="subtle" onClick={() => setShown(shown + STEP)}>
          Show {Math.min(STEP, changes.length - shown)} more of {total}
        </Button>
      )}
      {changes.length <= shown && hidden > 0 && (
        <Text size="xs" c="dimmed">
          {hidden} more are not listed here; the text above shows all of them.
        </Text>
      )}
    </>
  );
}

function Values({ change }: { readonly change: DescribedChangeBody }) {
  if (change.omitted === true) return <span className={classes['dimmed']}>too large to show here</span>;
  switch (change.kind) {
    case 'moved':
      return <span className={classes['dimmed']}>was at {change.from}</span>;
    case 'added':
      return <code className={classes['after']}>{short(change.after)}</code>;
    case 'removed':
      return <code className={classes['before']}>{short(change.before)}</code>;
    case 'changed':
      return (
        <span className={classes['values']}>
          <code className={classes['before']}>{short(change.before)}</code>
          <span aria-label="to">→</span>
          <code className={classes['after']}>{short(change.after)}</code>
        </span>
      );
  }
}

function short(value: unknown): string {
  const text = JSON.stringify(value) ?? '';
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text;
}
