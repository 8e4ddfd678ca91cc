import { isJsonObject, type Json, type JsonObject, setOwn } from './json.js';
import { appendPointer, type JsonPointer } from './json-pointer.js';
import { mergeObjects } from './merge-patch.js';

/** One document that takes part in an effective config; `label` is `base`, an environment or `include:name`. */
export type Layer = { label: string; content: JsonObject };

/**
 * The effective config: every layer merged over the ones before it (RFC 7396). The first is merged over `{}`, so that
 * a `null` removes there too and never arrives at an agent.
 */
export function mergeLayers(layers: readonly Layer[]): JsonObject {
  return layers.reduce<JsonObject>((merged, layer) => mergeObjects(merged, layer.content), {});
}

/**
 * Which layer set every leaf of the effective config: the last one that wrote it, also when it wrote the same value.
 * A leaf is anything but an object with members; arrays and empty objects are leaves. An object that was emptied
 * belongs to the last layer that touched it. Without layers there is nothing to explain.
 *
 * @example explainLayers([{label: 'base', content: {a: {b: 1, c: 2}}}, {label: 'prod', content: {a: {c: 3}}}])
 *          // {'/a/b': 'base', '/a/c': 'prod'}
 */
export function explainLayers(layers: readonly Layer[]): Record<JsonPointer, string> {
  const first = layers[0];
  const origins: Record<JsonPointer, string> = {};
  if (!first) return origins;
  const root: Origin = { label: first.label, members: new Map() };
  for (const layer of layers) traceObject(root, layer.content, layer.label);
  collectLeaves(root, '', origins);
  return origins;
}

/** `members` is absent for a scalar or an array. */
type Origin = { label: string; members: Map<string, Origin> | undefined };

/** Follows `mergeObjects`, keeping labels in the place of values. */
function traceObject(origin: Origin, patch: JsonObject, label: string): void {
  origin.label = label;
  origin.members ??= new Map();
  for (const key of Object.keys(patch)) {
    const change = patch[key] as Json;
    if (change === null) {
      origin.members.delete(key);
    } else if (isJsonObject(change)) {
      let member = origin.members.get(key);
      if (!member) origin.members.set(key, (member = { label, members: new Map() }));
      traceObject(member, change, label);
    } else {
      origin.members.set(key, { label, members: undefined });
    }
  }
}

function collectLeaves(origin: Origin, pointer: JsonPointer, origins: Record<JsonPointer, string>): void {
  if (!origin.members || origin.members.size === 0) {
    setOwn(origins, pointer, origin.label);
    return;
  }
  for (const [key, member] of origin.members) collectLeaves(member, appendPointer(pointer, key), origins);
}
