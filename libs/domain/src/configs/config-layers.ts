import type { Layer } from './effective-config.js';
import type { JsonObject } from './json.js';

/** The document that every service has under its overlays. */
export const BASE_LAYER = 'base';
/** How deep shared services may include one another. */
export const MAX_INCLUDE_DEPTH = 10;

/** What one service brings to effective configurations: its published documents by layer, and whom it includes. */
export interface ConfigSource {
  readonly includes: readonly string[];
  readonly documents: ReadonlyMap<string, { readonly version: number; readonly content: JsonObject }>;
}

/** A layer, and the document version it came from as `<service>/<layer>`. */
export interface ConfigLayer extends Layer {
  readonly document: string;
  readonly version: number;
}

/**
 * The layers of one service in one environment, lowest first: the included services in their order, each after what it
 * includes itself, then base, then overlay. A service that is included on several ways counts once, at its first
 * place, so that it never hides what an includer of it set. Layers of an included service are labelled `include:<name>`.
 *
 * @param sources the service and everything that it includes, directly or not
 */
export function collectLayers(
  sources: ReadonlyMap<string, ConfigSource>,
  service: string,
  environment: string,
): ConfigLayer[] {
  const layers: ConfigLayer[] = [];
  const visited = new Set<string>();
  const visit = (name: string): void => {
    const source = sources.get(name);
    if (source === undefined || visited.has(name)) return;
    visited.add(name);
    for (const included of source.includes) visit(included);
    for (const layer of [BASE_LAYER, environment]) {
      const document = source.documents.get(layer);
      if (document === undefined) continue;
      const label = name === service ? layer : `include:${name}`;
      layers.push({
        label,
        // Asked for when it is needed: it may have to be parsed first.
        get content() {
          return document.content;
        },
        document: `${name}/${layer}`,
        version: document.version,
      });
    }
  };
  visit(service);
  return layers;
}

/**
 * The first circle, or chain of more than MAX_INCLUDE_DEPTH includes, that starts at `service`; undefined when there is
 * none.
 *
 * @returns names from `service` on; the last one closes the circle or is one too deep
 */
export function findIncludeProblem(
  includesOf: ReadonlyMap<string, readonly string[]>,
  service: string,
): readonly string[] | undefined {
  // The longest way by which a service was reached: reaching it on a shorter one can show nothing new.
  const reachedAt = new Map<string, number>();
  const visit = (path: readonly string[], name: string): readonly string[] | undefined => {
    for (const included of includesOf.get(name) ?? []) {
      const longer = [...path, included];
      if (path.includes(included) || longer.length > MAX_INCLUDE_DEPTH + 1) return longer;
      if ((reachedAt.get(included) ?? 0) >= longer.length) continue;
      reachedAt.set(included, longer.length);
      const found = visit(longer, included);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return visit([service], service);
}
