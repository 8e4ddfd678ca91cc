import { canonicalJson } from './canonical-json.js';
import { type Json, setOwn } from './json.js';
import { readYamlText } from './read-yaml-text.js';
import { stringifyYaml } from './yaml-node.js';

/** How a YAML text is written, so that what is put into it looks the same. */
export interface YamlLayout {
  /** Spaces of one level. */
  readonly unit: string;
  readonly lineEnd: string;
  /** Do items of a sequence stand deeper than the key above them? */
  readonly isSequenceIndented: boolean;
  /** `{ a: 1 }`, not `{a: 1}` */
  readonly hasFlowPadding: boolean;
}

const MAX_UNIT = 8;
/** Deeper values are rendered inside of one another at most this often; the content limits allow no more. */
const MAX_DEPTH = 200;

export function yamlLayoutOf(text: string): YamlLayout {
  const unit = /:[ \t]*(?:#[^\n]*)?\r?\n(?:[ \t]*\r?\n|[ \t]*#[^\n]*\n)*( +)[^\s#-]/.exec(text)?.[1] ?? '  ';
  return {
    unit: unit.length > MAX_UNIT ? '  ' : unit,
    lineEnd: text.includes('\r\n') ? '\r\n' : '\n',
    isSequenceIndented: !/^( *)[^\s#-][^\n]*:[ \t]*\r?\n\1- /m.test(text),
    hasFlowPadding: !/[{[][^\s{}[\]]/.test(text),
  };
}

/** `key: value` or `- value` as lines that end with a line end, each beginning with `indent`. */
export function renderYamlLines(
  item: { readonly key?: string; readonly value: Json },
  indent: string,
  layout: YamlLayout,
): string {
  const wrapped = wrap(item.key, item.value);
  const block = stringifyYaml(wrapped, { indent: layout.unit.length, indentSeq: layout.isSequenceIndented });
  const text = isSame(block, wrapped) ? block : inlineLine(item.key, item.value);
  return text.replace(/^(?=.)/gm, indent).replaceAll('\n', layout.lineEnd);
}

/** A value on one line: plain where that says the same, else as JSON, which YAML 1.2 contains. */
export function renderYamlInline(value: Json, isInFlow: boolean, before: string): string {
  if (typeof value === 'string') {
    if (before.startsWith("'") && /^[\x20-\x7e]*$/.test(value)) return `'${value.replaceAll("'", "''")}'`;
    const isPlain =
      !before.startsWith('"') && /^[A-Za-z0-9_./][\w ./:@+-]*$/.test(value) && !(isInFlow && /:/.test(value));
    if (isPlain && isSame(value, value)) return value;
  }
  return JSON.stringify(value);
}

function inlineLine(key: string | undefined, value: Json): string {
  return key === undefined
    ? `- ${JSON.stringify(value)}\n`
    : `${JSON.stringify(key)}: ${JSON.stringify(value)}\n`;
}

function wrap(key: string | undefined, value: Json): Json {
  if (key === undefined) return [value];
  const object: { [key: string]: Json } = {};
  setOwn(object, key, value);
  return object;
}

function isSame(text: string, value: Json): boolean {
  const read = readYamlText(text, MAX_DEPTH);
  return read.ok && canonicalJson(read.value) === canonicalJson(value);
}
