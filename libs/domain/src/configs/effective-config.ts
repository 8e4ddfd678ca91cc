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
  const labels: Record<JsonPointer, string> = {};
  for (const [pointer, index] of traceLayers(layers)) setOwn(labels, pointer, layers[index]?.label ?? '');
  return labels;
}

/** Of every leaf of the effective config the index of the layer that set it. */
export function traceLayers(layers: readonly Pick<Layer, 'content'>[]): Map<JsonPointer, number> {
  return new Map(walkLeaves(layers));
}

/** The same one after the other, so that whoever has enough of them can stop: each may be as long as a document. */
export function* walkLeaves(layers: readonly Pick<Layer, 'content'>[]): Generator<TracedLeaf, void> {
  if (layers.length === 0) return;
  const root: Origin = { index: 0, members: new Map() };
  layers.forEach(({ content }, index) => traceObject(root, content, index));
  yield* leavesBelow(root, '');
}

export type TracedLeaf = readonly [leaf: JsonPointer, index: number];

/** `members` is absent for a scalar or an array. */
type Origin = { index: number; members: Map<string, Origin> | undefined };

/** Follows `mergeObjects`, keeping indexes of layers in the place of values. */
function traceObject(origin: Origin, patch: JsonObject, index: number): void {
  origin.index = index;
  origin.members ??= new Map();
  for (const key of Object.keys(patch)) {
    const change = patch[key] as Json;
    if (change === null) {
      origin.members.delete(key);
    } else if (isJsonObject(change)) {
      let member = origin.members.get(key);
      if (!member) origin.members.set(key, (member = { index, members: new Map() }));
      traceObject(member, change, index);
    } else {
      origin.members.set(key, { index, members: undefined });
    }
  }
}

function* leavesBelow(origin: Origin, pointer: JsonPointer): Generator<TracedLeaf, void> {
  if (!origin.members || origin.members.size === 0) {
    yield [pointer, origin.index];
    return;
  }
  for (const [key, member] of origin.members) yield* leavesBelow(member, appendPointer(pointer, key));
}
