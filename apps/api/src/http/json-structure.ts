const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const ESCAPED_SURROGATE = /\\u[dD][89a-fA-F]/;

/** Nesting, and values in all: numbers of brackets and of commas. */
export interface StructureLimits {
  readonly maxDepth: number;
  readonly maxValues: number;
}

/**
 * Which limit JSON text exceeds, if any. One pass without parsing: a parsed value of a million levels or members would
 * hold up whoever walks it next. Text that is not JSON may get any answer.
 */
export function findExcess(
  text: string,
  { maxDepth, maxValues }: StructureLimits,
): 'depth' | 'values' | undefined {
  let depth = 0;
  let values = 0;
  for (let index = 0; index < text.length; index++) {
    switch (text.charCodeAt(index)) {
      case QUOTE:
        index = endOfString(text, index);
        break;
      case COMMA:
        values += 1;
        break;
      case 0x5b: // [
      case 0x7b: // {
        depth += 1;
        values += 1;
        if (depth > maxDepth) return 'depth';
        break;
      case 0x5d: // ]
      case 0x7d: // }
        depth -= 1;
        break;
    }
    if (values > maxValues) return 'values';
  }
  return undefined;
}

/**
 * Whether JSON text escapes half of a surrogate pair, which no UTF-8 has: it can be neither stored nor hashed. The text
 * itself has none, having been UTF-8.
 */
export function hasLoneSurrogate(text: string): boolean {
  // Most texts have no such escape, of whatever else they have millions.
  if (!ESCAPED_SURROGATE.test(text)) return false;
  let index = text.indexOf('\\');
  while (index !== -1) {
    const unit = unitAt(text, index);
    if (unit !== undefined && unit >= 0xd800 && unit <= 0xdfff) {
      const after = unitAt(text, index + 6) ?? 0;
      if (unit >= 0xdc00 || after < 0xdc00 || after > 0xdfff) return true;
      index += 6;
    }
    index = text.indexOf('\\', index + (unit === undefined ? 2 : 6));
  }
  return false;
}

/** What an escape such as `\ud800` stands for; undefined for other escapes, and where there is none. */
function unitAt(text: string, index: number): number | undefined {
  if (text.charCodeAt(index) !== BACKSLASH || text[index + 1] !== 'u') return undefined;
  return Number.parseInt(text.slice(index + 2, index + 6), 16);
}

/** The closing quote: the first one before which the number of backslashes is even. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let before = end - 1;
    while (text.charCodeAt(before) === BACKSLASH) before -= 1;
    if ((end - before) % 2 === 1) return end;
  }
  return text.length;
}
