import type { RevisionBody } from '@binnacle/contracts';
import { RelativeTime } from '../shell/RelativeTime';
import classes from './RevisionList.module.css';

const SHOWN = 4;

const STATE_WORDS: Record<RevisionBody['state'], string> = {
  released: '',
  awaiting_approval: 'waits',
  rejected: 'rejected',
  superseded: 'superseded',
};

interface Props {
  /** Newest first. */
  readonly revisions: readonly RevisionBody[];
  readonly live: number | null;
}

/** The last publishes: what came, from whom, and why. */
export function RevisionList({ revisions, live }: Props) {
  if (revisions.length === 0) return null;
  return (
    <ol className={classes['list']} aria-label="Last publishes">
      {revisions.slice(0, SHOWN).map(({ revision, message, author, createdAt, state }) => (
        <li key={revision} data-live={revision === live}>
          <span className={classes['number']}>r{revision}</span>
          <span className={classes['what']}>
            <span className={classes['message']} title={message}>
              {message === '' ? <i>no message</i> : message}
            </span>
            <span className={classes['by']}>
              {author}, <RelativeTime at={createdAt} />
              {STATE_WORDS[state] !== '' && `, ${STATE_WORDS[state]}`}
            </span>
          </span>
        </li>
      ))}
    </ol>
  );
}
