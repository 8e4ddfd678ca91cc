import { setImmediate } from 'node:timers/promises';
import {
  canonicalJson,
  collectLayers,
  contentHash,
  mergeLayers,
  type PlannedRevision,
} from '@binnacle/domain';
import type { ConfigTree } from '@binnacle/store';

/** What a content is checked by. */
export type CheckedConfig = Pick<
  PlannedRevision,
  'service' | 'environment' | 'canonical' | 'hash' | 'layers'
>;

/**
 * What the documents of a shared service make by themselves, for its own schema: it runs nowhere, so it has no
 * revisions. Environments in which they make the same are told once, by the first.
 */
export async function sharedConfigs(tree: ConfigTree, service: string): Promise<CheckedConfig[]> {
  const configs = new Map<string, CheckedConfig>();
  for (const environment of tree.environments) {
    const collected = collectLayers(tree.sources, service, environment);
    if (collected.length === 0) continue;
    const canonical = canonicalJson(mergeLayers(collected));
    const hash = contentHash(canonical);
    const layers = Object.fromEntries(collected.map(({ document, version }) => [document, version]));
    if (!configs.has(hash)) configs.set(hash, { service, environment, canonical, hash, layers });
    // Large ones take some milliseconds each.
    await setImmediate();
  }
  return [...configs.values()];
}
