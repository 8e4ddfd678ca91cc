import type { ServiceHealthBody } from '@binnacle/contracts';
import classes from './StatusDot.module.css';

export type Status = ServiceHealthBody['status'];

export const STATUS_WORDS: Record<Status, string> = {
  healthy: 'Healthy',
  degraded: 'Degraded',
  unhealthy: 'Unhealthy',
  unknown: 'Unknown',
};

interface Props {
  readonly status: Status;
  /** Only the mark, for where the word stands beside it. */
  readonly isBare?: boolean;
}

/** A status by shape and colour, and by its word for whoever sees neither. */
export function StatusDot({ status, isBare = false }: Props) {
  return (
    <span className={classes['status']} data-status={status}>
      <svg width="10" height="10" viewBox="0 0 10 10" aria-hidden>
        {status === 'healthy' && <circle cx="5" cy="5" r="4" />}
        {status === 'degraded' && <path d="M5 .8 9.6 9H.4Z" />}
        {status === 'unhealthy' && <rect x="1" y="1" width="8" height="8" rx="1" />}
        {status === 'unknown' && <circle cx="5" cy="5" r="3.2" className={classes['ring']} />}
      </svg>
      <span className={isBare ? classes['hidden'] : undefined}>{STATUS_WORDS[status]}</span>
    </span>
  );
}
