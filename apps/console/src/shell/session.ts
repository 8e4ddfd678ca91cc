import { grantsAllow, type Permission, Problem, type SessionStateBody } from '@binnacle/contracts';
import { queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { apiClient } from './api-client';
import { forgetAllKept } from './kept-in-browser';
import { queryClient, SESSION_KEY } from './query-client';

const STALE_AFTER_MS = 60_000;

/** Kept when the session is lost, until somebody signs in or out. */
let lastKnown: SessionStateBody | undefined;

/** Who is signed in, or null. Read again on coming back to the page: another tab may have moved on to another workspace. */
export const sessionQuery = queryOptions({
  queryKey: SESSION_KEY,
  queryFn: async ({ signal }): Promise<SessionStateBody | null> => {
    try {
      lastKnown = await apiClient.session.read({ signal });
      return lastKnown;
    } catch (error) {
      if (Problem.isInstance(error) && error.code === 'unauthenticated') return null;
      throw error;
    }
  },
  staleTime: STALE_AFTER_MS,
  refetchOnWindowFocus: 'always',
});

/**
 * The session of a page behind the sign-in; throws outside. When it ends, a page may be drawn once more before the frame
 * leads to the sign-in: as it was.
 */
export function useSession(): SessionStateBody {
  const { data } = useSuspenseQuery(sessionQuery);
  const known = data ?? lastKnown;
  if (known === undefined) throw new Error('Nobody is signed in.');
  return known;
}

/** Whether there was a session that nobody ended here. */
export function hasExpired(): boolean {
  return lastKnown !== undefined;
}

export type May = (
  permission: Permission,
  touched?: { readonly service?: string; readonly environment?: string },
) => boolean;

/** Whether the signed-in person may do something. For what to show: the server decides anyway. */
export function useMay(): May {
  const { grants } = useSession();
  return useCallback(
    (permission, { service, environment } = {}) => grantsAllow(grants, permission, { service, environment }),
    [grants],
  );
}

/** After a sign-in, a change of workspace or a sign-out: nothing of before is shown again. */
export function enterSession(state: SessionStateBody | null): void {
  queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== SESSION_KEY[0] });
  if (state === null) forgetAllKept();
  lastKnown = state ?? undefined;
  queryClient.setQueryData(SESSION_KEY, state);
}
