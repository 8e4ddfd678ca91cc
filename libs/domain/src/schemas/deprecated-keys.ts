import type { ContentError } from '../configs/content-limits.js';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../configs/json.js';
import { appendPointer, type JsonPointer } from '../configs/json-pointer.js';
import { SubschemaFinder } from './find-subschemas.js';

const MAX_WARNINGS = 50;
/** Members and elements that are looked at. */
const MAX_VISITED = 50_000;
const MAX_DESCRIPTION_LENGTH = 200;

/**
 * A warning for every key that is set and that the schema marks `deprecated`, outside of alternatives: which of those
 * applies is for the validator to say.
 */
export function findDeprecated(finder: SubschemaFinder, content: Json): ContentError[] {
  const warnings: ContentError[] = [];
  let visited = 0;
  const visit = (value: Json, pointer: JsonPointer, subschemas: readonly JsonObject[]): void => {
    const mark = pointer === '' ? undefined : subschemas.find(({ deprecated }) => deprecated === true);
    if (mark !== undefined) warnings.push({ pointer, message: messageOf(mark) });
    const members: Iterable<[string | number, Json]> = isJsonArray(value)
      ? value.entries()
      : isJsonObject(value)
        ? Object.entries(value)
        : [];
    for (const [name, member] of members) {
      visited += 1;
      if (warnings.length >= MAX_WARNINGS || visited > MAX_VISITED) return;
      const inside = finder.inside(subschemas, String(name));
      if (inside.length > 0) visit(member, appendPointer(pointer, name), inside);
    }
  };
  visit(content, '', finder.at([]));
  return warnings;
}

function messageOf({ description }: JsonObject): string {
  return typeof description === 'string'
    ? `is deprecated: ${description.slice(0, MAX_DESCRIPTION_LENGTH)}`
    : 'is deprecated';
}
