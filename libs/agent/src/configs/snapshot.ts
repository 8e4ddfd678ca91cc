import { mergePatch, type Json, type JsonObject } from '@binnacle/domain';
import type { Have } from '@binnacle/contracts';

/** What reads of the configuration see at one moment. Deeply frozen. */
export type Snapshot =
  | {
      readonly source: 'defaults';
      readonly content: JsonObject;
      readonly epoch: null;
      readonly revision: null;
      readonly hash: null;
    }
  | ({ readonly source: 'cache' | 'plane'; readonly content: JsonObject } & Readonly<Have>);

/** A revision as the control plane published it. */
export type PublishedRevision = Readonly<Have> & { readonly content: JsonObject };

export function defaultsSnapshot(defaults: JsonObject): Snapshot {
  return {
    source: 'defaults',
    content: deepFreeze(structuredClone(defaults)),
    epoch: null,
    revision: null,
    hash: null,
  };
}

/** The code's defaults are the lowest layer: the published content is merged over them (RFC 7396). */
export function revisionSnapshot(
  published: PublishedRevision,
  source: 'cache' | 'plane',
  defaults: JsonObject,
): Snapshot {
  const { epoch, revision, hash } = published;
  const content = deepFreeze(mergePatch(defaults, published.content) as JsonObject);
  return { source, epoch, revision, hash, content };
}

function deepFreeze<Value extends Json>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value;
  for (const member of Object.values<Json>(value)) deepFreeze(member);
  return Object.freeze(value);
}
