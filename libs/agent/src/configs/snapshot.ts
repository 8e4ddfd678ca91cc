import {
  findSecretReferences,
  mergePatch,
  replaceReferences,
  secretNames,
  type Json,
  type JsonObject,
} from '@binnacle/domain';
import type { Have } from '@binnacle/contracts';
import { NO_SECRETS, type Secrets } from './secrets.js';

/**
 * What reads of the configuration see at one moment. Deeply frozen. Where the content refers to a secret it holds a
 * `SecretValue`.
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

/** A revision as the control plane published it. */
export type PublishedRevision = Readonly<Have> & { readonly content: JsonObject; readonly secrets?: Secrets };

export interface ResolvedRevision {
  readonly snapshot: Snapshot;
  /** The secrets that it refers to and that did not come with it: these places hold nothing. */
  readonly missingSecrets: readonly string[];
  /** What is wrong with a reference, when the defaults and it do not go together. */
  readonly fault: string | null;
}

export function defaultsSnapshot(defaults: JsonObject): Snapshot {
  return {
    source: 'defaults',
    content: deepFreeze(structuredClone(defaults)),
    epoch: null,
    revision: null,
    hash: null,
  };
}

/**
 * The code's defaults are the lowest layer: the published content is merged over them (RFC 7396), then secrets take the
 * places of their references.
 */
export function resolveRevision(
  published: PublishedRevision,
  source: 'cache' | 'plane',
  defaults: JsonObject,
): ResolvedRevision {
  const { epoch, revision, hash, secrets = NO_SECRETS } = published;
  const merged = mergePatch(defaults, published.content) as JsonObject;
  const { references, errors } = findSecretReferences(merged);
  const content = deepFreeze(replaceReferences(merged, references, (name) => secrets.get(name)));
  const [error] = errors;
  return {
    snapshot: { source, epoch, revision, hash, content },
    missingSecrets: secretNames(references).filter((name) => !secrets.has(name)),
    fault: error === undefined ? null : `${error.pointer}: ${error.message}`,
  };
}

function deepFreeze<Value extends Json>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value;
  for (const member of Object.values<Json>(value)) deepFreeze(member);
  return Object.freeze(value);
}
