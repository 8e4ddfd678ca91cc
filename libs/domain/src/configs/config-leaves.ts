import { SECRET_KEY } from '../secrets/secret-reference.js';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from './json.js';
import type { ContentError } from './content-limits.js';
import { type JsonPointer, appendPointer } from './json-pointer.js';

/** A key of an object, or the index of an element. */
export type LeafStep = string | number;

/** A value that a flat format writes on a line of its own: a scalar, an empty container, a reference to a secret. */
export interface ConfigLeaf {
  readonly steps: readonly LeafStep[];
  readonly value: Json;
}

export type RenderedConfig =
  | { readonly ok: true; readonly text: string }
  /** What the format cannot hold; pointers lead into the config. */
  | { readonly ok: false; readonly errors: readonly ContentError[] };

const MAX_ERRORS = 20;

export function configLeaves(content: JsonObject): ConfigLeaf[] {
  const leaves: ConfigLeaf[] = [];
  const visit = (value: Json, steps: readonly LeafStep[]): void => {
    const members: [LeafStep, Json][] = isJsonArray(value)
      ? value.map((item, index) => [index, item])
      : isJsonObject(value) && !Object.hasOwn(value, SECRET_KEY)
        ? Object.entries(value)
        : [];
    if (members.length === 0 && steps.length > 0) leaves.push({ steps, value });
    for (const [step, member] of members) visit(member, [...steps, step]);
  };
  visit(content, []);
  return leaves;
}

/** A scalar as people write it; what is left of containers, and a reference, as JSON; nothing for `null`. */
export function leafText(value: Json): string {
  if (value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** One line for each leaf, in order. Two leaves of one name are mistakes: one of them would get lost. */
export function renderLeaves(
  content: JsonObject,
  nameOf: (steps: readonly LeafStep[]) => string,
  lineOf: (name: string, text: string) => string | ContentError['message'][],
): RenderedConfig {
  const errors: ContentError[] = [];
  const places = new Map<string, JsonPointer>();
  const lines: string[] = [];
  for (const { steps, value } of configLeaves(content)) {
    const pointer = steps.reduce<JsonPointer>(appendPointer, '');
    const name = nameOf(steps);
    const other = places.get(name);
    places.set(name, other ?? pointer);
    const line = lineOf(name, leafText(value));
    if (other !== undefined)
      errors.push({ pointer, message: `has the name ${name}, and so has ${other}; rename one of them` });
    else if (typeof line === 'string') lines.push(line);
    else errors.push(...line.map((message) => ({ pointer, message })));
    if (errors.length >= MAX_ERRORS) break;
  }
  if (errors.length > 0) return { ok: false, errors };
  return { ok: true, text: lines.map((line) => `${line}\n`).join('') };
}
