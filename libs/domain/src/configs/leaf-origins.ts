import type { ConfigLayer } from './config-layers.js';
import { walkLeaves } from './effective-config.js';
import { isJsonObject, type Json, type JsonObject, setOwn } from './json.js';
import { appendPointer, type JsonPointer, pointerTokens } from './json-pointer.js';

/** Which document set a leaf of an effective config, and what it hid by that. */
export interface LeafOrigin {
  /** `base`, an environment or `include:<service>`. */
  readonly layer: string;
  /** `<service>/<layer>`. */
  readonly document: string;
  readonly version: number;
  /** What lower layers say of the same place, lowest first. */
  readonly hides: readonly HiddenValue[];
}

export interface HiddenValue {
  readonly layer: string;
  readonly document: string;
  readonly version: number;
  /** What it says; `null` removes what is below it. Missing when it is too large, or not to be shown. */
  readonly value?: Json;
  /** Where the value stands when it is that of something above the leaf. */
  readonly pointer?: JsonPointer;
}

/** A layer whose values are shown where others hide them, or are not. */
export type ExplainedLayer = ConfigLayer & { readonly isShown: boolean };

/** Of one value, and of all: UTF-16 units of JSON. */
const MAX_VALUE_CHARACTERS = 1_024;
const MAX_CHARACTERS = 1_048_576;
/** Of the whole answer, likewise. */
const MAX_EXPLAINED_CHARACTERS = 8_388_608;

/** Telling where everything comes from would take many times as much as the config itself. */
export class TooMuchToExplain extends Error {
  override readonly name = 'TooMuchToExplain';

  constructor() {
    super(
      `It would take more than ${MAX_EXPLAINED_CHARACTERS} characters to tell where all of it comes from`,
    );
  }
}

/**
 * Where every leaf of the effective config comes from. Leaves are those of `explainLayers`: anything but an object with
 * members. What the named layer says at that place, merged over nothing, is what the effective config has there.
 *
 * @param layers lowest first
 * @throws TooMuchToExplain
 */
export function explainOrigins(layers: readonly ExplainedLayer[]): Record<JsonPointer, LeafOrigin> {
  const origins: Record<JsonPointer, LeafOrigin> = {};
  const lengths = new JsonLengths();
  let charactersLeft = MAX_CHARACTERS;
  let explainedLeft = MAX_EXPLAINED_CHARACTERS;
  const spend = (told: Json) => {
    explainedLeft -= JSON.stringify(told).length;
    if (explainedLeft < 0) throw new TooMuchToExplain();
  };
  for (const [leaf, index] of walkLeaves(layers)) {
    spend(leaf);
    const tokens = pointerTokens(leaf);
    const hides = layers.slice(0, index).flatMap((layer): HiddenValue[] => {
      const found = valueAt(layer.content, tokens);
      if (found === undefined) return [];
      const { value, depth } = found;
      const isAbove = depth < tokens.length;
      const characters = layer.isShown ? lengths.of(value) : 0;
      const isShown = layer.isShown && characters <= MAX_VALUE_CHARACTERS && characters <= charactersLeft;
      if (isShown) charactersLeft -= characters;
      const hidden = {
        ...sourceOf(layer),
        ...(isShown ? { value } : {}),
        ...(isAbove ? { pointer: tokens.slice(0, depth).reduce(appendPointer, '') } : {}),
      };
      spend(hidden);
      return [hidden];
    });
    const layer = layers[index];
    if (layer === undefined) continue;
    const source = sourceOf(layer);
    spend(source);
    setOwn(origins, leaf, { ...source, hides });
  }
  return origins;
}

/** How long values are as JSON. One that hides what is below it is asked for at every leaf there. */
class JsonLengths {
  readonly #known = new Map<object, number>();

  of(value: Json): number {
    if (typeof value === 'string' && value.length > MAX_VALUE_CHARACTERS) return value.length;
    if (typeof value !== 'object' || value === null) return JSON.stringify(value).length;
    const length = this.#known.get(value) ?? JSON.stringify(value).length;
    this.#known.set(value, length);
    return length;
  }
}

function sourceOf({ label, document, version }: ConfigLayer) {
  return { layer: label, document, version };
}

/** What a layer says of a place: there, or above it when it has no object on the way. */
function valueAt(
  content: JsonObject,
  tokens: readonly string[],
): { readonly value: Json; readonly depth: number } | undefined {
  let value: Json = content;
  for (const [depth, token] of tokens.entries()) {
    if (!isJsonObject(value)) return { value, depth };
    if (!Object.hasOwn(value, token)) return undefined;
    value = value[token] as Json;
  }
  return { value, depth: tokens.length };
}
