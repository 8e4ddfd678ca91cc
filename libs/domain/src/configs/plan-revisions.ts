import { canonicalJson } from './canonical-json.js';
import { collectLayers, type ConfigSource } from './config-layers.js';
import { contentHash } from './content-hash.js';
import { mergeLayers } from './effective-config.js';
import type { JsonObject } from './json.js';

/** The newest revision of a service in an environment. */
export interface ConfigHead {
  readonly revision: number;
  readonly hash: string;
}

/** A revision that is to be made because the effective config changed. */
export interface PlannedRevision {
  readonly service: string;
  readonly environment: string;
  readonly revision: number;
  readonly content: JsonObject;
  /** The content as canonical JSON (RFC 8785), and its SHA-256. */
  readonly canonical: string;
  readonly hash: string;
  /** Version of every document that went into it, by `<service>/<layer>`. */
  readonly layers: Readonly<Record<string, number>>;
}

export interface PlanInput {
  /** The services whose effective configs may have changed. */
  readonly services: readonly string[];
  readonly environments: readonly string[];
  /** Those services and all that they include. */
  readonly sources: ReadonlyMap<string, ConfigSource>;
  headOf(service: string, environment: string): ConfigHead | undefined;
}

/**
 * The revisions that a change brings: one for every service and environment whose effective config is other than the
 * newest revision's. Where nothing has ever been published there is no config, not an empty one.
 */
export function planRevisions(input: PlanInput): PlannedRevision[] {
  const planned: PlannedRevision[] = [];
  for (const service of input.services) {
    for (const environment of input.environments) {
      const layers = collectLayers(input.sources, service, environment);
      if (layers.length === 0) continue;
      const content = mergeLayers(layers);
      const canonical = canonicalJson(content);
      const hash = contentHash(canonical);
      const head = input.headOf(service, environment);
      if (head?.hash === hash) continue;
      planned.push({
        service,
        environment,
        revision: (head?.revision ?? 0) + 1,
        content,
        canonical,
        hash,
        layers: Object.fromEntries(layers.map(({ document, version }) => [document, version])),
      });
    }
  }
  return planned;
}
