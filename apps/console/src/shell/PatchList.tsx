import { VisuallyHidden } from '@mantine/core';
import classes from './PatchList.module.css';

/** An operation of a JSON Patch (RFC 6902) as the API lists it: `value` may be left out for its size. */
export interface PatchOperation {
  readonly op: 'add' | 'remove' | 'replace';
  readonly path: string;
  readonly value?: unknown;
  readonly omittedBytes?: number | undefined;
}

interface Props {
  readonly operations: readonly PatchOperation[];
  /** There are more than are listed. */
  readonly isTruncated?: boolean;
}

const SIGNS = { add: '+', remove: '−', replace: '~' } as const;
const WORDS = { add: 'added', remove: 'removed', replace: 'changed to' } as const;
const MAX_LENGTH = 200;

/** A JSON Patch as a person reads it. */
export function PatchList({ operations, isTruncated = false }: Props) {
  return (
    <ul className={classes['list']} aria-label="Changes">
      {operations.map((operation) => (
        <li key={`${operation.op} ${operation.path}`} className={classes['change']} data-op={operation.op}>
          <span className={classes['sign']} aria-hidden>
            {SIGNS[operation.op]}
          </span>
          <VisuallyHidden>{WORDS[operation.op]}</VisuallyHidden>
          <span className={classes['pointer']}>{operation.path === '' ? 'everything' : operation.path}</span>
          {operation.op !== 'remove' && <code className={classes['value']}>{valueOf(operation)}</code>}
        </li>
      ))}
      {isTruncated && <li className={classes['more']}>There is more than is listed here.</li>}
    </ul>
  );
}

function valueOf({ value, omittedBytes }: PatchOperation): string {
  if (omittedBytes !== undefined) return `${omittedBytes} bytes, too large to show here`;
  const text = JSON.stringify(value) ?? '';
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text;
}
