import type { JsonObject, SecretValue } from '@binnacle/domain';

/** From the lowest to the highest: a later one wins. */
export const CONFIG_LAYERS = ['defaults', 'file', 'plane', 'environment', 'commandLine'] as const;

export type ConfigLayerName = (typeof CONFIG_LAYERS)[number];

/** What one source says. Several may share a layer: each environment variable is one. */
export interface ConfigLayer {
  readonly layer: ConfigLayerName;
  /** Where in that layer: `code`, a path, `revision 7`, the name of a variable, `--set pool.max`. */
  readonly source: string;
  /** Merged over the ones below (RFC 7396). */
  readonly content: JsonObject;
  /** Its value, when it is one that hides a secret; the content then refers to it. */
  readonly secret?: SecretValue;
}
