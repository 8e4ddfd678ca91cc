import type { Actor } from '@binnacle/store';

/** Whoever acts in a spec of a store. */
export function specActor(changes: Partial<Actor> = {}): Actor {
  return {
    workspaceId: 'default',
    name: 'token:spec',
    identity: 'token:t-1',
    via: 'token',
    credential: 't-1',
    address: '192.0.2.7',
    requestId: 'r-1',
    ...changes,
  };
}
