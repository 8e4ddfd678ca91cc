import { PlaneUnreachable } from '@binnacle/client';
import { Problem } from '@binnacle/contracts';
import { Button, Skeleton, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { CloudOff, type LucideIcon, SearchX, ShieldX } from 'lucide-react';
import type { ReactNode } from 'react';
import classes from './PageState.module.css';
import { ProblemAlert } from './ProblemAlert';

/** Of a query, an infinite one too: what is needed to say how it stands. */
export interface QueryState<Data> {
  readonly data: Data | undefined;
  readonly error: Error | null;
  /** Why the last try failed, while others follow. */
  readonly failureReason?: Error | null;
  readonly refetch: () => unknown;
}

interface Props<Data> {
  readonly query: QueryState<Data>;
  readonly children: (data: Data) => ReactNode;
  /** Shown instead of the children when `isEmpty` says so. */
  readonly empty?: ReactNode;
  readonly isEmpty?: (data: Data) => boolean;
  /** Instead of the usual grey lines. */
  readonly loading?: ReactNode;
  /** Nothing else stands on the page: what went wrong is its heading. */
  readonly isPage?: boolean;
}

/**
 * What a part of a page shows: grey lines while it loads, why it has nothing, or its content. What was read before stays
 * in sight when reading it again fails, with a word about it.
 */
export function PageState<Data>({ query, children, empty, isEmpty, loading, isPage = false }: Props<Data>) {
  const { data, error: failure, failureReason = null } = query;
  // What cannot be reached is told at the first try, and goes on being told while it is tried again.
  const error = failure ?? (PlaneUnreachable.isInstance(failureReason) ? failureReason : null);
  const retry = () => void query.refetch();
  if (data === undefined) {
    if (error !== null) return <Failure error={error} isPage={isPage} onRetry={retry} />;
    return loading ?? <LoadingLines />;
  }
  return (
    <>
      {error !== null && (
        <div className={classes['stale']}>
          <ProblemAlert
            error={error}
            onRetry={retry}
            {...(PlaneUnreachable.isInstance(error)
              ? { title: 'Binnacle cannot be reached: this may be old' }
              : {})}
          />
        </div>
      )}
      {empty !== undefined && isEmpty?.(data) === true ? empty : children(data)}
    </>
  );
}

export function LoadingLines({ lines = 6 }: { readonly lines?: number }) {
  return (
    <Stack gap="xs" role="status" aria-label="Loading" className={classes['loading'] ?? ''}>
      {Array.from({ length: lines }, (_, line) => (
        <Skeleton key={line} height={18} width={`${96 - ((line * 17) % 40)}%`} />
      ))}
    </Stack>
  );
}

interface EmptyProps {
  readonly icon?: LucideIcon;
  readonly title: string;
  /** Of the whole page, rather than of a part of it. */
  readonly isPage?: boolean;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}

/** Nothing here: why, and what to do about it. */
export function EmptyState({ icon: Icon, title, isPage = false, children, action }: EmptyProps) {
  return (
    <div className={classes['empty']}>
      {Icon !== undefined && <Icon size={22} strokeWidth={1.5} aria-hidden />}
      <Text fw={600} {...(isPage ? { component: 'h1', m: 0 } : {})}>
        {title}
      </Text>
      {children !== undefined && (
        <Text component="div" size="sm" c="dimmed" maw={460}>
          {children}
        </Text>
      )}
      {action !== undefined && <div className={classes['action']}>{action}</div>}
    </div>
  );
}

interface FailureProps {
  readonly error: Error;
  readonly isPage: boolean;
  readonly onRetry: () => void;
}

function Failure({ error, isPage, onRetry }: FailureProps) {
  if (PlaneUnreachable.isInstance(error))
    return (
      <EmptyState
        isPage={isPage}
        icon={CloudOff}
        title="Binnacle cannot be reached"
        action={
          <Button variant="default" onClick={onRetry}>
            Try again
          </Button>
        }
      >
        The services keep running on what they have. This page goes on as soon as there is an answer.
      </EmptyState>
    );
  if (Problem.isInstance(error) && error.code === 'not_found')
    return (
      <EmptyState
        isPage={isPage}
        icon={SearchX}
        title="There is no such thing here"
        {...(isPage
          ? {
              action: (
                <Button component={Link} to="/services" variant="default">
                  Go to the services
                </Button>
              ),
            }
          : {})}
      >
        {error.message}
      </EmptyState>
    );
  if (Problem.isInstance(error) && error.code === 'forbidden')
    return (
      <EmptyState isPage={isPage} icon={ShieldX} title="You may not see this">
        {error.message}
      </EmptyState>
    );
  return <ProblemAlert error={error} onRetry={onRetry} />;
}
