import type { FieldError } from '@binnacle/contracts';
import { Text } from '@mantine/core';
import { findingsOf } from './findings';
import classes from './FindingList.module.css';

const MAX_SHOWN = 30;

/** Errors or warnings with their places, and the environments that they are in. */
export function FindingList({ findings }: { readonly findings: readonly FieldError[] }) {
  const all = findingsOf(findings);
  return (
    <ul className={classes['list']}>
      {all.slice(0, MAX_SHOWN).map(({ pointer, message, places }) => (
        <li key={`${pointer} ${message}`}>
          {pointer !== '' && <code className={classes['pointer']}>{pointer}</code>} {message}
          {places.length > 0 && <span className={classes['where']}> in {places.join(', ')}</span>}
        </li>
      ))}
      {all.length > MAX_SHOWN && (
        <Text component="li" size="sm" c="dimmed">
          and {all.length - MAX_SHOWN} more
        </Text>
      )}
    </ul>
  );
}
