import { checkJsonValue } from './check-json-value.js';
import { checkContentLimits, type ContentError, type ContentLimits } from './content-limits.js';
import { isJsonObject, type Json, type JsonObject } from './json.js';
import { readYamlText } from './read-yaml-text.js';
import { scanJsonText } from './scan-json-text.js';
import { textError } from './text-position.js';

export type ContentFormat = 'json' | 'yaml';

export type ParsedContent = { ok: true; value: JsonObject } | { ok: false; errors: ContentError[] };

/**
 * Turns what a person sent into a config document: an object inside the limits that JSON carries without loss.
 * `content` is source text in the stated format, or an object that was parsed already. Mistakes in a text name line
 * and column; `pointer` names the place in the document where one is known.
 */
export function parseContent(content: unknown, format: ContentFormat, limits: ContentLimits): ParsedContent {
  const parsed = typeof content === 'string' ? parseText(content, format, limits) : content;
  if (parsed instanceof TextFault) return { ok: false, errors: [parsed.error] };
  if (!isJsonObject(parsed)) return refused('', `must be an object, is ${kindOf(parsed)}`);
  // Limits go first: they bound the walk over what aliases expand to.
  const broken = checkContentLimits(parsed, limits);
  if (broken.length > 0) return { ok: false, errors: broken };
  const faults = checkJsonValue(parsed);
  return faults.length > 0 ? { ok: false, errors: faults } : { ok: true, value: parsed };
}

class TextFault {
  readonly error: ContentError;

  constructor(error: ContentError) {
    this.error = error;
  }
}

function parseText(source: string, format: ContentFormat, limits: ContentLimits): Json | TextFault {
  // Editors on Windows put a byte order mark in front; RFC 8259 §8.1 lets a reader ignore it.
  const text = source.startsWith('\ufeff') ? source.slice(1) : source;
  if (exceedsBytes(text, limits.maxBytes)) {
    const message = `the text must be at most ${limits.maxBytes} bytes, is more`;
    return new TextFault({ pointer: '', message });
  }
  switch (format) {
    case 'json': {
      const fault = scanJsonText(text, limits.maxDepth, true);
      return fault === undefined ? (JSON.parse(text) as Json) : new TextFault(textError(text, fault));
    }
    case 'yaml': {
      const read = readYamlText(text, limits.maxDepth);
      return read.ok ? read.value : new TextFault(read.error);
    }
  }
}

/** A text of n UTF-16 units takes n to 3n bytes of UTF-8, so that most are measured without being encoded. */
function exceedsBytes(text: string, maxBytes: number): boolean {
  if (text.length > maxBytes) return true;
  return text.length * 3 > maxBytes && new TextEncoder().encode(text).length > maxBytes;
}

function refused(pointer: string, message: string): ParsedContent {
  return { ok: false, errors: [{ pointer, message }] };
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return value === undefined ? 'missing' : `a ${typeof value}`;
}
