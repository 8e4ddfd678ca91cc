import { Text, UnstyledButton } from '@mantine/core';
import { CircleAlert, CircleCheck, TriangleAlert } from 'lucide-react';
import type { LocatedFault } from '../editor/document-diagnostics';
import classes from './ProblemsPanel.module.css';

interface Props {
  readonly faults: readonly LocatedFault[];
  /** The other document that sets a place: `orders/base`. Undefined when that is not known. */
  readonly setIn?: (pointer: string) => string | undefined;
  readonly onGo: (position: number) => void;
}

const MAX_SHOWN = 200;

/** What is wrong or warned of; each leads to its place in the text. */
export function ProblemsPanel({ faults, setIn, onGo }: Props) {
  if (faults.length === 0)
    return (
      <Text size="sm" c="dimmed" className={classes['none']}>
        <CircleCheck size={14} aria-hidden /> Nothing to complain about.
      </Text>
    );
  return (
    <ul className={classes['list']} aria-label="Problems">
      {faults.slice(0, MAX_SHOWN).map(({ severity, pointer, message, from, isExact }) => (
        <li key={`${severity} ${pointer} ${message}`}>
          <UnstyledButton className={classes['fault']} data-severity={severity} onClick={() => onGo(from)}>
            {severity === 'error' ? (
              <CircleAlert size={14} aria-label="Error" />
            ) : (
              <TriangleAlert size={14} aria-label="Warning" />
            )}
            <span>
              {pointer !== '' && <code className={classes['pointer']}>{pointer}</code>} {message}
              {!isExact && <span className={classes['where']}> ({whereOf(setIn?.(pointer))})</span>}
            </span>
          </UnstyledButton>
        </li>
      ))}
      {faults.length > MAX_SHOWN && (
        <li className={classes['where']}>and {faults.length - MAX_SHOWN} more</li>
      )}
    </ul>
  );
}

function whereOf(document: string | undefined): string {
  return document === undefined ? 'not in this document' : `from ${document}`;
}
