import { isJsonArray, isJsonObject, type Json, type JsonObject } from './json.js';

const INDENT = '  ';
const MAX_KEY_LENGTH = 1000;
/** Plain in every place, for readers of YAML 1.1 and 1.2 alike. */
const PLAIN = /^[A-Za-z_./][A-Za-z0-9_./@%+-]*(?: [A-Za-z0-9_./@%+(-][A-Za-z0-9_./@%+()-]*)*$/;
/** What YAML 1.1 or 1.2 takes for something else than a string (yaml.org/type/bool.html, /null.html, /float.html). */
const WORD = /^(?:y|n|yes|no|on|off|true|false|null|\.nan|[-+]?\.inf|\.[0-9_]*(?:e.*)?)$/i;
/** Nothing that is invisible, and no line that begins or ends with a space. */
const LINES =
  /^(?:(?! )[\x20-\x7e\u00a1-\u1fff\u3001-\ud7ff]*(?<! )\n)+(?! )[\x20-\x7e\u00a1-\u1fff\u3001-\ud7ff]*(?<! )$/;
/** What JSON leaves as it is and YAML has to have escaped (YAML 1.2.2 §5.1). */
const UNPRINTABLE = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

/**
 * A config as YAML 1.2 in block style, in the order of its keys. The same config always gives the same text, and strings
 * that YAML 1.1 would take for something else (`no`, `0o7`, `12:30`) are in quotes. Ends with a line end.
 */
export function renderYaml(content: JsonObject): string {
  return Object.keys(content).length === 0 ? '{}\n' : `${lines(content, '').join('\n')}\n`;
}

function lines(value: Json, indent: string): string[] {
  if (isJsonArray(value)) return value.flatMap((item) => element(item, indent));
  return Object.entries(value as JsonObject).flatMap(([key, member]) => {
    const name = renderKey(key, indent);
    if (!hasMembers(member)) return [`${name} ${scalar(member, indent + INDENT)}`];
    return [name, ...lines(member, indent + INDENT)];
  });
}

/** The first line of what is inside stands behind the dash. */
function element(item: Json, indent: string): string[] {
  if (!hasMembers(item)) return [`${indent}- ${scalar(item, indent + INDENT)}`];
  const [first = '', ...others] = lines(item, indent + INDENT);
  return [`${indent}- ${first.slice(indent.length + INDENT.length)}`, ...others];
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
function renderKey(key: string, indent: string): string {
  const text = isPlain(key) ? key : quoted(key);
  return text.length > MAX_KEY_LENGTH ? `${indent}? ${text}\n${indent}:` : `${indent}${text}:`;
}

function isPlain(text: string): boolean {
  return PLAIN.test(text) && !WORD.test(text) && text.length <= MAX_KEY_LENGTH;
}

function quoted(text: string): string {
  return JSON.stringify(text).replace(UNPRINTABLE, (char) => `\\u${hex(char)}`);
}

function hex(char: string): string {
  return char.charCodeAt(0).toString(16).padStart(4, '0');
}
