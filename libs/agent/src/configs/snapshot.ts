import type { Json, JsonObject } from '@binnacle/domain';
import type { Have } from '@binnacle/contracts';
import type { ConfigReads } from './config-reads.js';
import type { Secrets } from './secrets.js';

/**
 * What reads of the configuration see at one moment, all layers merged. Deeply frozen. Where the content refers to a
 * secret it holds a `SecretValue`. `source` tells where the published part is from: `defaults` when there is none.
 */
export type Snapshot =
  | {
      readonly source: 'defaults';
      readonly content: JsonObject;
      readonly epoch: null;
      readonly revision: null;
      readonly hash: null;
    }
  | ({ readonly source: 'cache' | 'plane'; readonly content: JsonObject } & Readonly<Have>);

/** A snapshot that is read as the configuration is: it stays the same whatever is applied meanwhile. */
export type ConfigSnapshot<Shape = JsonObject> = Snapshot & ConfigReads<Shape>;

/** A revision as the control plane published it. */
export type PublishedRevision = Readonly<Have> & { readonly content: JsonObject; readonly secrets?: Secrets };

export function deepFreeze<Value extends Json>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value;
  for (const member of Object.values<Json>(value)) deepFreeze(member);
  return Object.freeze(value);
}
