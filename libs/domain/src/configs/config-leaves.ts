import { SECRET_KEY } from '../secrets/secret-reference.js';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from './json.js';
import type { ContentError } from './content-limits.js';
import { type JsonPointer, appendPointer } from './json-pointer.js';
import { type RenderedConfig, RenderedText } from './rendered-text.js';

/** A key of an object, or the index of an element. */
export type LeafStep = string | number;

/** A value that a flat format writes on a line of its own: a scalar, an empty container, a reference to a secret. */
export interface ConfigLeaf {
  readonly steps: readonly LeafStep[];
  readonly value: Json;
}

const MAX_ERRORS = 20;
/** Of errors: each names a place, and that may be as long as a document. */
const MAX_ERROR_CHARACTERS = 65_536;

export function configLeaves(content: JsonObject): Generator<ConfigLeaf, void> {
  return leavesOf(content, []);
}

function* leavesOf(value: Json, steps: readonly LeafStep[]): Generator<ConfigLeaf, void> {
  const members: Iterable<[LeafStep, Json]> = isJsonArray(value)
    ? value.entries()
    : isJsonObject(value) && !Object.hasOwn(value, SECRET_KEY)
      ? Object.entries(value)
      : [];
  let isLeaf = steps.length > 0;
  for (const [step, member] of members) {
    isLeaf = false;
    yield* leavesOf(member, [...steps, step]);
  }
  if (isLeaf) yield { steps, value };
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
  const places = new Map<string, readonly LeafStep[]>();
  const rendered = new RenderedText();
  let errorCharacters = 0;
  for (const { steps, value } of configLeaves(content)) {
    const name = nameOf(steps);
    const other = places.get(name);
    places.set(name, other ?? steps);
    const line = lineOf(name, leafText(value));
    const faults =
      other !== undefined
        ? [`has the name ${name}, and so has ${pointerTo(other)}; rename one of them`]
        : typeof line === 'string'
          ? []
          : line;
    if (typeof line === 'string') rendered.add(line);
    const pointer = faults.length === 0 ? '' : pointerTo(steps);
    errors.push(...faults.map((message) => ({ pointer, message })));
    errorCharacters += faults.reduce((sum, message) => sum + pointer.length + message.length, 0);
    if (rendered.isFull || errors.length >= MAX_ERRORS || errorCharacters > MAX_ERROR_CHARACTERS) break;
  }
  return errors.length > 0 ? { ok: false, errors } : rendered.result();
}

function pointerTo(steps: readonly LeafStep[]): JsonPointer {
  return steps.reduce<JsonPointer>(appendPointer, '');
}
