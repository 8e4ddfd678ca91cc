import {
  findSecretReferences,
  mergePatch,
  replaceReferences,
  secretNames,
  type JsonObject,
  type SecretValue,
} from '@binnacle/domain';
import type { OnceLogger } from '../logger.js';
import type { FileContent } from './config-file.js';
import type { ConfigLayer } from './config-layer.js';
import { readOverride, type Override } from './override.js';
import type { SecretKeys } from './secret-keys.js';
import { NO_SECRETS, type Secrets } from './secrets.js';
import { deepFreeze, type ConfigSnapshot, type PublishedRevision, type Snapshot } from './snapshot.js';
import { snapshotOf } from './snapshot-view.js';

/** What stays the same while the process lives. */
export interface FixedLayers {
  readonly defaults: JsonObject;
  /** Environment variables, then the command line. */
  readonly overrides: readonly Override[];
  readonly secretKeys: SecretKeys;
}

/** What comes and goes. */
export interface MovingLayers {
  readonly file: FileContent | null;
  readonly published: PublishedRevision | null;
  readonly source: 'cache' | 'plane';
}

export interface ResolvedConfig {
  readonly snapshot: ConfigSnapshot;
  /** Every secret that is in it, for masking. */
  readonly secrets: Secrets;
  /** The secrets that it refers to and that did not come with it: these places hold nothing. */
  readonly missingSecrets: readonly string[];
  /** What is wrong with a reference, when layers do not go together. */
  readonly fault: string | null;
}

/** Merges the layers from the lowest to the highest (RFC 7396), then puts secrets into the places of their references. */
export function resolveConfig(
  { defaults, overrides, secretKeys }: FixedLayers,
  { file, published, source }: MovingLayers,
  once: OnceLogger,
): ResolvedConfig {
  const layers: ConfigLayer[] = [{ layer: 'defaults', source: 'code', content: defaults }];
  if (file !== null) layers.push({ layer: 'file', source: file.path, content: file.content });
  if (published !== null)
    layers.push({ layer: 'plane', source: `revision ${published.revision}`, content: published.content });
  // `explain` shows parts of them that reads never see.
  for (const { content } of layers) deepFreeze(content);
  let merged = layers.slice(1).reduce<JsonObject>(mergeLayer, defaults);
  const secrets = new Map<string, SecretValue>(published?.secrets ?? NO_SECRETS);
  for (const override of overrides) {
    const reading = readOverride(override, merged, secretKeys, secrets);
    if (!reading.ok) {
      const { source: name } = override;
      once.warn(`override ${name} ${reading.reason}`, `ignoring ${name}: ${reading.reason}`);
      continue;
    }
    deepFreeze(reading.layer.content);
    layers.push(reading.layer);
    merged = mergeLayer(merged, reading.layer);
  }
  merged = secretKeys.seal(merged, secrets);
  const { references, errors } = findSecretReferences(merged);
  const content = deepFreeze(replaceReferences(merged, references, (name) => secrets.get(name)));
  const [error] = errors;
  return {
    snapshot: snapshotOf(dataOf(content, published, source), layers, secretKeys, once),
    secrets,
    missingSecrets: secretNames(references).filter((name) => !secrets.has(name)),
    fault: error === undefined ? null : `${error.pointer}: ${error.message}`,
  };
}

function mergeLayer(merged: JsonObject, { content }: ConfigLayer): JsonObject {
  return mergePatch(merged, content) as JsonObject;
}

function dataOf(
  content: JsonObject,
  published: PublishedRevision | null,
  source: 'cache' | 'plane',
): Snapshot {
  if (published === null) return { source: 'defaults', content, epoch: null, revision: null, hash: null };
  const { epoch, revision, hash } = published;
  return { source, content, epoch, revision, hash };
}
