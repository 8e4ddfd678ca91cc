import { PlaneUnreachable } from '@binnacle/client';
import { Problem } from '@binnacle/contracts';
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';

const MAX_RETRIES = 2;
const STALE_AFTER_MS = 10_000;
/** How often what got no answer is asked again. */
const ASK_AGAIN_MS = 5_000;

export const SESSION_KEY = ['session'] as const;

export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: noticeLostSession }),
  mutationCache: new MutationCache({ onError: noticeLostSession }),
  defaultOptions: {
    queries: {
      staleTime: STALE_AFTER_MS,
      // A refusal stays one; only what got no answer is worth asking again.
      retry: (failures, error) => PlaneUnreachable.isInstance(error) && failures < MAX_RETRIES,
      retryDelay: (failures) => 500 * 2 ** failures,
      networkMode: 'always',
      refetchOnReconnect: true,
      refetchInterval: ({ state: { error } }) => (PlaneUnreachable.isInstance(error) ? ASK_AGAIN_MS : false),
    },
    mutations: { retry: false, networkMode: 'always' },
  },
});

/** Whoever is not signed in any more is told so once, and the frame leads to the sign-in and back. */
function noticeLostSession(error: Error): void {
  if (Problem.isInstance(error) && error.code === 'unauthenticated')
    queryClient.setQueryData(SESSION_KEY, null);
}
