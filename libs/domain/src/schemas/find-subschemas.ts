import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../configs/json.js';
import { pointerTokens } from '../configs/json-pointer.js';

/** Of one place; references may multiply them. */
const MAX_SUBSCHEMAS = 200;
const INDEX = /^(?:0|[1-9]\d*)$/;

export interface FinderOptions {
  /** Those under `anyOf`, `oneOf`, `then`, `else` and `dependentSchemas` too, of which some may not apply. */
  readonly withAlternatives: boolean;
  readonly matches: (pattern: string, name: string) => boolean;
}

/** Finds the parts of a schema that speak of a place, without looking at any content. */
export class SubschemaFinder {
  readonly #root: Json;
  readonly #options: FinderOptions;
  #anchors: ReadonlyMap<string, Json> | undefined;

  constructor(root: Json, options: Partial<FinderOptions> = {}) {
    this.#root = root;
    this.#options = { withAlternatives: true, matches: matchesNatively, ...options };
  }

  /** All that speak of the place that these tokens lead to; what stands nearer comes before what it refers to. */
  at(tokens: readonly string[]): JsonObject[] {
    return tokens.reduce<JsonObject[]>(
      (parents, token) => this.inside(parents, token),
      this.#applied([this.#root]),
    );
  }

  /** Those of a member or an element, given those of what holds it. */
  inside(parents: readonly JsonObject[], token: string): JsonObject[] {
    const named = parents.flatMap((parent) => [
      ...ofMember(parent, token, this.#options.matches),
      ...ofElement(parent, token),
    ]);
    return this.#applied(named.length > 0 ? named : parents.flatMap(ofOtherMembers));
  }

  /** With all that these refer to, combine and offer as alternatives. */
  #applied(subschemas: readonly Json[]): JsonObject[] {
    const found = new Set<JsonObject>();
    const visit = (subschema: Json | undefined): void => {
      if (!isJsonObject(subschema) || found.has(subschema) || found.size === MAX_SUBSCHEMAS) return;
      found.add(subschema);
      if (typeof subschema['$ref'] === 'string') visit(this.#referred(subschema['$ref']));
      const lists = this.#options.withAlternatives ? ['allOf', 'anyOf', 'oneOf'] : ['allOf'];
      for (const keyword of lists) {
        const list = subschema[keyword] ?? null;
        if (isJsonArray(list)) list.forEach(visit);
      }
      if (!this.#options.withAlternatives) return;
      visit(subschema['then']);
      visit(subschema['else']);
      const dependent = subschema['dependentSchemas'];
      if (isJsonObject(dependent)) Object.values(dependent).forEach(visit);
    };
    subschemas.forEach(visit);
    return [...found];
  }

  /** `#`, `#/a/pointer` and `#anchor`; other documents are not fetched. */
  #referred(reference: string): Json | undefined {
    if (reference === '#') return this.#root;
    if (reference.startsWith('#/')) return this.#pointed(reference.slice(1));
    this.#anchors ??= anchorsOf(this.#root);
    return this.#anchors.get(reference);
  }

  #pointed(fragment: string): Json | undefined {
    let tokens: string[];
    try {
      tokens = pointerTokens(decodeURIComponent(fragment));
    } catch {
      // Not a valid percent-encoding: it names nothing.
      return undefined;
    }
    return tokens.reduce<Json | undefined>((value, token) => {
      if (isJsonArray(value ?? null)) return (value as readonly Json[])[Number(token)];
      return isJsonObject(value) && Object.hasOwn(value, token) ? value[token] : undefined;
    }, this.#root);
  }
}

function ofMember(parent: JsonObject, name: string, matches: FinderOptions['matches']): Json[] {
  const { properties, patternProperties } = parent;
  const found: Json[] = [];
  if (isJsonObject(properties) && Object.hasOwn(properties, name)) found.push(properties[name] as Json);
  if (isJsonObject(patternProperties)) {
    for (const [pattern, subschema] of Object.entries(patternProperties))
      if (matches(pattern, name)) found.push(subschema);
  }
  return found;
}

function ofOtherMembers({ additionalProperties, unevaluatedProperties }: JsonObject): Json[] {
  return [additionalProperties, unevaluatedProperties].filter(isJsonObject);
}

function ofElement(parent: JsonObject, token: string): Json[] {
  if (!INDEX.test(token)) return [];
  const { prefixItems, items, additionalItems } = parent;
  // `prefixItems` of 2020-12 are an array under `items` before it.
  const listed = [prefixItems ?? null, items ?? null].find(isJsonArray);
  const one = listed?.[Number(token)];
  if (one !== undefined) return [one];
  const rest = isJsonArray(items ?? null) ? additionalItems : items;
  return isJsonObject(rest) ? [rest] : [];
}

function matchesNatively(pattern: string, name: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(name);
  } catch {
    // The server's expressions know some constructs that this engine does not.
    return false;
  }
}

function anchorsOf(root: Json): ReadonlyMap<string, Json> {
  const anchors = new Map<string, Json>();
  const visit = (value: Json): void => {
    if (isJsonArray(value)) value.forEach(visit);
    if (!isJsonObject(value)) return;
    const { $anchor, $id, id } = value;
    if (typeof $anchor === 'string') anchors.set(`#${$anchor}`, value);
    for (const name of [$id, id])
      if (typeof name === 'string' && name.startsWith('#')) anchors.set(name, value);
    Object.values(value).forEach(visit);
  };
  visit(root);
  return anchors;
}
