import { isJsonObject, SecretValue, type Json, type JsonObject } from '@binnacle/domain';
import type { ConfigLayer, ConfigLayerName } from './config-layer.js';
import { formatKey, valueAt } from './key-path.js';
import { isReference } from './override.js';
import type { SecretKeys } from './secret-keys.js';

export interface HiddenValue {
  readonly layer: ConfigLayerName;
  readonly source: string;
  /** A reference to a secret is shown as it is written; a text in the place of a secret is a `SecretValue`. */
  readonly value: Json | SecretValue;
}

/** Where a value comes from. */
export interface Explanation {
  readonly key: string;
  /** What reads give; undefined when the layer removed it. */
  readonly value: Json | SecretValue | undefined;
  /** Who set it; for an object with members, who touched it last. */
  readonly layer: ConfigLayerName;
  /** Where in that layer: `code`, the path of the file, `revision 7`, the name of a variable, `--set pool.max`. */
  readonly source: string;
  /** What lower layers say about this place, the highest first. */
  readonly hides: readonly HiddenValue[];
  /** For an object with members: each value inside of it. */
  readonly members?: readonly Explanation[];
}

const EVERY_KEY = { has: () => true };

/** What a layer says about a place. `removed` is a null there, or something on the way that has no such key. */
type Word = { readonly kind: 'set'; readonly value: Json } | { readonly kind: 'removed' | 'nothing' };

/**
 * Follows RFC 7396 as the merge does: the last layer that says something about a place has set it.
 * `content` is what they make together, secrets in their places.
 */
export function explainKey(
  layers: readonly ConfigLayer[],
  content: Json,
  secretKeys: SecretKeys,
  segments: readonly string[],
): Explanation | undefined {
  const said = layers.map((layer, index) => ({ layer, word: wordOf(layer.content, segments, index === 0) }));
  const value = valueAt(content, segments);
  const hides: HiddenValue[] = [];
  const isSecret =
    value instanceof SecretValue || secretKeys.has(segments) || said.some(({ word }) => isReferenceSet(word));
  let setter: ConfigLayer | undefined;
  for (const { layer, word } of said.reverse()) {
    if (word.kind === 'nothing') continue;
    if (setter === undefined) setter = layer;
    else if (word.kind === 'set')
      hides.push({
        layer: layer.layer,
        source: layer.source,
        value: layer.secret ?? shown(word.value, isSecret ? EVERY_KEY : secretKeys, segments),
      });
  }
  if (setter === undefined || (value === undefined && hides.length === 0 && !isSecret)) return undefined;
  const { layer, source } = setter;
  const key = formatKey(segments);
  const names = isBranch(value) ? Object.keys(value) : [];
  // What an object hides is told at each value inside of it.
  if (names.length === 0) return { key, value, layer, source, hides };
  const members = names.map((name) => explainKey(layers, content, secretKeys, [...segments, name]));
  return { key, value, layer, source, hides: [], members: members.filter((member) => member !== undefined) };
}

function wordOf(content: Json, segments: readonly string[], isLowest: boolean): Word {
  let value = content;
  for (const segment of segments) {
    const next = valueAt(value, [segment]);
    // An object that does not have the key leaves what is below; anything else replaces it as a whole.
    if (next === undefined) return { kind: isJsonObject(value) ? 'nothing' : 'removed' };
    value = next;
  }
  // Nothing is below the lowest layer that its null could remove.
  return value === null && !isLowest ? { kind: 'removed' } : { kind: 'set', value };
}

function isReferenceSet(word: Word): boolean {
  return word.kind === 'set' && isReference(word.value);
}

/** What stands in the place of a secret is one, also where it is only a default for development. */
function shown(
  value: Json,
  secretKeys: Pick<SecretKeys, 'has'>,
  segments: readonly string[],
): Json | SecretValue {
  if (isReference(value)) return value;
  if (secretKeys.has(segments)) return new SecretValue(JSON.stringify(value));
  if (!isJsonObject(value)) return value;
  const members = Object.entries(value).map(([name, member]) => [
    name,
    shown(member, secretKeys, [...segments, name]),
  ]);
  return Object.fromEntries(members) as JsonObject;
}

function isBranch(value: unknown): value is JsonObject {
  return isJsonObject(value) && !(value instanceof SecretValue);
}
