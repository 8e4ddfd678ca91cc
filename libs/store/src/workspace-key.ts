import { type Pair, pairKey } from './pair.js';

/**
 * The key in Redis of what a pair has: every key that holds something of a tenant is made here, and begins with the
 * workspace. In braces, so that all keys of a pair lie in one slot of a Redis Cluster. Neither an id nor a name can hold
 * a sign that ends it, so no two workspaces ever share a key.
 */
export function workspaceKey(pair: Pair, ...parts: readonly string[]): string {
  return ['binnacle', `{${pairKey(pair)}}`, ...parts].join(':');
}
