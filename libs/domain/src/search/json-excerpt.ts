import { isJsonArray, isJsonObject, type Json } from '../configs/json.js';

export interface JsonExcerpt {
  readonly text: string;
  /** Whether the value goes on after it. */
  readonly truncated: boolean;
}

/** The beginning of a value as JSON, of at most so many characters. Looks no further than that. */
export function jsonExcerpt(value: Json, maxLength: number): JsonExcerpt {
  let text = '';
  /** False once there is enough. */
  const write = (part: Json): boolean => {
    if (isJsonArray(part)) return writeAll('[', part.keys(), (index) => write(part[index] as Json), ']');
    if (isJsonObject(part))
      return writeAll('{', ownKeys(part), (key) => put(`${quoted(key)}:`) && write(part[key] as Json), '}');
    return put(typeof part === 'string' ? quoted(part) : JSON.stringify(part));
  };
  const put = (piece: string): boolean => {
    text += piece;
    return text.length <= maxLength;
  };
  const writeAll = <Place>(
    open: string,
    places: Iterable<Place>,
    writeAt: (place: Place) => boolean,
    close: string,
  ): boolean => {
    if (!put(open)) return false;
    let isFirst = true;
    for (const place of places) {
      if ((!isFirst && !put(',')) || !writeAt(place)) return false;
      isFirst = false;
    }
    return put(close);
  };
  /** One character more than can be shown is enough to know that there are more. */
  const quoted = (string: string): string =>
    string.length > maxLength ? JSON.stringify(string.slice(0, maxLength + 1)) : JSON.stringify(string);
  const isWhole = write(value);
  return isWhole
    ? { text, truncated: false }
    : { text: withoutHalf(text.slice(0, maxLength)), truncated: true };
}

function* ownKeys(object: object): Generator<string> {
  for (const key in object) if (Object.hasOwn(object, key)) yield key;
}

const LONE_SURROGATE_AT_END = /\p{Surrogate}$/u;

/** A cut must not leave half of a surrogate pair. */
function withoutHalf(text: string): string {
  return LONE_SURROGATE_AT_END.test(text) ? text.slice(0, -1) : text;
}
