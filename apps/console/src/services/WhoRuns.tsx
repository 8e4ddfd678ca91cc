import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { instancesQuery, MAX_INSTANCES } from '../health/queries';
import { PageState } from '../shell/PageState';
import { foldRunning, type RunningRevisions, rejectionReasons } from './running-revisions';
import classes from './WhoRuns.module.css';

interface Props {
  readonly service: string;
  readonly environment: string;
  readonly liveRevision: number | null;
}

/** "12 of 14 on r37, 2 stale, 1 rejected: reason"; leads to the instances behind it. */
export function WhoRuns({ service, environment, liveRevision }: Props) {
  const query = useQuery(instancesQuery(service, environment));
  return (
    <PageState query={query} loading={<Skeleton height={38} />}>
      {({ instances, isTruncated }) => {
        if (instances.length === 0) return <div className={classes['nobody']}>No instances</div>;
        const running = foldRunning(instances, liveRevision);
        return (
          <div className={classes['who']}>
            <Bar running={running} />
            <Link
              to="/services/$service"
              params={{ service }}
              search={{ instances: environment }}
              resetScroll={false}
              className={classes['words']}
            >
              {isTruncated && `Of the first ${MAX_INSTANCES}: `}
              <b>
                {running.live.length} of {running.total}
              </b>
              {liveRevision === null ? ' running' : ` on r${liveRevision}`}
              {running.stale.length > 0 && <span>, {running.stale.length} stale</span>}
              {running.waiting.length > 0 && <span>, {running.waiting.length} starting</span>}
              {running.rejected.length > 0 && (
                <span className={classes['bad']}>, {running.rejected.length} rejected</span>
              )}
              {running.lost.length > 0 && (
                <span className={classes['quiet']}>, {running.lost.length} lost</span>
              )}
            </Link>
            {running.rejected.length > 0 && <Reasons running={running} />}
          </div>
        );
      }}
    </PageState>
  );
}

function Reasons({ running }: { readonly running: RunningRevisions }) {
  const [first, ...others] = rejectionReasons(running.rejected);
  return (
    <div className={classes['reason']}>
      {first}
      {others.length > 0 && ` and ${others.length} other ${others.length === 1 ? 'reason' : 'reasons'}`}
    </div>
  );
}

function Bar({ running: { total, live, stale, rejected, waiting } }: { readonly running: RunningRevisions }) {
  const parts = [
    { stand: 'live', count: live.length },
    { stand: 'stale', count: stale.length },
    { stand: 'waiting', count: waiting.length },
    { stand: 'rejected', count: rejected.length },
  ];
  return (
    <div className={classes['bar']} aria-hidden>
      {total > 0 &&
        parts.map(({ stand, count }) =>
          count === 0 ? null : <span key={stand} data-stand={stand} style={{ flexGrow: count }} />,
        )}
    </div>
  );
}
