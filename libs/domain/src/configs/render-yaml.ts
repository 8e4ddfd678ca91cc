import { isJsonArray, isJsonObject, type Json, type JsonObject } from './json.js';
import { type RenderedConfig, RenderedText } from './rendered-text.js';

const INDENT = '  ';
const MAX_KEY_LENGTH = 1000;
/** Plain in every place, for readers of YAML 1.1 and 1.2 alike. */
const PLAIN = /^[A-Za-z_./][A-Za-z0-9_./@%+-]*(?: [A-Za-z0-9_./@%+(-][A-Za-z0-9_./@%+()-]*)*$/;
/** What YAML 1.1 or 1.2 takes for something else than a string (yaml.org/type/bool.html, /null.html, /float.html). */
const WORD = /^(?:y|n|yes|no|on|off|true|false|null|\.nan|[-+]?\.inf|\.[0-9_]*(?:e.*)?|e[-+]?[0-9]+)$/i;
/** Three dots at the beginning of a line are the end of the document (YAML 1.2.2 §9.1.4). */
const DOCUMENT_END = /^\.\.\.(?: |$)/;
/** Nothing that is invisible, and no line that begins or ends with a space. */
const LINES =
  /^(?:(?! )[\x20-\x7e\u00a1-\u1fff\u3001-\ud7ff]*(?<! )\n)+(?! )[\x20-\x7e\u00a1-\u1fff\u3001-\ud7ff]*(?<! )$/;
/** What JSON leaves as it is and YAML has to have escaped (YAML 1.2.2 §5.1). */
const UNPRINTABLE = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

/**
 * A config as YAML 1.2 in block style, in the order of its keys. The same config always gives the same text, and strings
 * that YAML 1.1 would take for something else (`no`, `0o7`, `12:30`) are in quotes. Ends with a line end.
 */
export function renderYaml(content: JsonObject): RenderedConfig {
  if (Object.keys(content).length === 0) return { ok: true, text: '{}\n' };
  const text = new RenderedText();
  writeMembers(content, '', '', text);
  return text.result();
}

/** The first line stands behind `lead`: the indentation, or the dashes of what it is in. */
function writeMembers(value: Json, lead: string, indent: string, text: RenderedText): void {
  const inner = indent + INDENT;
  let before = lead;
  const items = isJsonArray(value) ? value : Object.entries(value as JsonObject);
  for (const item of items) {
    if (text.isFull) return;
    if (isJsonArray(value)) {
      const element = item as Json;
      if (hasMembers(element)) writeMembers(element, `${before}- `, inner, text);
      else text.add(`${before}- ${scalar(element, inner)}`);
    } else {
      const [key, member] = item as [string, Json];
      const name = renderKey(key, before, indent);
      if (hasMembers(member)) {
        text.add(name);
        writeMembers(member, inner, inner, text);
      } else text.add(`${name} ${scalar(member, inner)}`);
    }
    before = indent;
  }
}

function hasMembers(value: Json): boolean {
  return (isJsonArray(value) ? value : isJsonObject(value) ? Object.keys(value) : []).length > 0;
}

function scalar(value: Json, indent: string): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  if (isPlain(value)) return value;
  return value.length > 1 && LINES.test(value) ? block(value, indent) : quoted(value);
}

/** `|` keeps one line end at the end, `|-` none; more of them are written in quotes. */
function block(value: string, indent: string): string {
  const endsWithLine = value.endsWith('\n');
  const text = endsWithLine ? value.slice(0, -1) : value;
  if (text.endsWith('\n') || text.startsWith('\n')) return quoted(value);
  const inner = text.split('\n').map((line) => (line === '' ? '' : `${indent}${line}`));
  return [endsWithLine ? '|' : '|-', ...inner].join('\n');
}

/** A key of more than 1,024 characters has to be announced (YAML 1.2.2 §8.2.2). */
function renderKey(key: string, lead: string, indent: string): string {
  const text = isPlain(key) ? key : quoted(key);
  return text.length > MAX_KEY_LENGTH ? `${lead}? ${text}\n${indent}:` : `${lead}${text}:`;
}

function isPlain(text: string): boolean {
  return PLAIN.test(text) && !WORD.test(text) && !DOCUMENT_END.test(text) && text.length <= MAX_KEY_LENGTH;
}

function quoted(text: string): string {
  return JSON.stringify(text).replace(UNPRINTABLE, (char) => `\\u${hex(char)}`);
}

function hex(char: string): string {
  return char.charCodeAt(0).toString(16).padStart(4, '0');
}
