import { EditFault, elementIndex, type TextEdit, throughScalar } from './apply-text-edits.js';
import type { Json } from './json.js';
import { pointerTokens } from './json-pointer.js';

/** A part of the text that is as it was, or a value that is new. */
type JsonNode = { kind: 'text'; text: string } | { kind: 'new'; value: Json } | Container;

/** `names` are those of an object's members; `tail` is the space before the closing bracket. */
interface Container {
  kind: 'container';
  brackets: '{}' | '[]';
  entries: Entry[];
  names: Map<string, Entry>;
  tail: string;
}

/** `lead` is the space before, `key` the key's text with all up to the value, `trail` the space up to the comma. */
interface Entry {
  name: string;
  lead: string;
  key: string;
  node: JsonNode;
  trail: string;
}

interface Layout {
  readonly unit: string;
  readonly lineEnd: string;
  readonly isCompact: boolean;
}

const SPACE = /[ \t\r\n]*/y;
const SCALAR = /"(?:[^"\\]|\\.)*"|[^\s,\]}]+/y;

/**
 * Changes places in a JSON text and leaves every other character as it is. What is new is written as its neighbours are.
 *
 * @param text valid JSON inside the content limits
 * @throws EditFault
 */
export function editJsonText(text: string, edits: readonly TextEdit[]): string {
  const layout = layoutOf(text);
  const reader = new Reader(text);
  const lead = reader.space();
  const root: Entry = { name: '', lead, key: '', node: reader.value(), trail: '' };
  root.trail = reader.space();
  for (const edit of edits) apply(root, edit, layout);
  return written(root, '', layout);
}

class Reader {
  #at = 0;

  constructor(private readonly text: string) {}

  space(): string {
    return this.#match(SPACE);
  }

  value(): JsonNode {
    const open = this.text[this.#at];
    if (open !== '{' && open !== '[') return { kind: 'text', text: this.#match(SCALAR) };
    this.#at += 1;
    const close = open === '{' ? '}' : ']';
    const entries: Entry[] = [];
    const names = new Map<string, Entry>();
    let lead = this.space();
    while (this.text[this.#at] !== close) {
      const key = open === '{' ? this.#key() : '';
      const name = open === '{' ? (JSON.parse(key.slice(0, key.lastIndexOf('"') + 1)) as string) : '';
      const node = this.value();
      const trail = this.space();
      const entry = { name, lead, key, node, trail };
      entries.push(entry);
      if (open === '{') names.set(name, entry);
      if (this.text[this.#at] !== ',') break;
      this.#at += 1;
      lead = this.space();
    }
    this.#at += 1;
    const brackets = open === '{' ? '{}' : '[]';
    // The space before the closing bracket belongs to the bracket, not to whichever entry is the last.
    const last = entries.at(-1);
    const tail = last === undefined ? lead : last.trail;
    if (last !== undefined) last.trail = '';
    return { kind: 'container', brackets, entries, names, tail };
  }

  #key(): string {
    const name = this.#match(SCALAR);
    const before = this.space();
    this.#at += 1;
    return `${name}${before}:${this.space()}`;
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.text)?.[0] ?? '';
    this.#at += found.length;
    return found;
  }
}

function apply(root: Entry, edit: TextEdit, layout: Layout): void {
  const { pointer } = edit;
  const tokens = pointerTokens(pointer);
  const last = tokens.pop();
  if (last === undefined) {
    if ('remove' in edit) throw new EditFault('', 'the whole document cannot be removed');
    root.node = { kind: 'new', value: edit.value };
    return;
  }
  let container = containerOf(root, '', layout, pointer);
  let indent = '';
  for (const token of tokens) {
    let entry = entryOf(container, token, pointer);
    if (entry === undefined && 'remove' in edit) return;
    entry ??= added(container, token, indent, layout);
    if ('remove' in edit && isNull(entry.node)) return;
    indent = indentOf(entry, indent);
    container = containerOf(entry, indent, layout, pointer);
  }
  const found = entryOf(container, last, pointer);
  if (!('remove' in edit))
    (found ?? added(container, last, indent, layout)).node = { kind: 'new', value: edit.value };
  else if (found !== undefined) removed(container, found);
}

function entryOf({ brackets, entries, names }: Container, token: string, pointer: string): Entry | undefined {
  return brackets === '{}' ? names.get(token) : entries[elementIndex(token, entries.length, pointer)];
}

/** The container that an entry holds; `null` becomes an object, and what is new becomes text that can be entered. */
function containerOf(entry: Entry, indent: string, layout: Layout, pointer: string): Container {
  const { node } = entry;
  if (node.kind === 'container') return node;
  const value = node.kind === 'new' ? node.value : node.text === 'null' ? {} : undefined;
  if (typeof value !== 'object') throw throughScalar(pointer);
  const made = new Reader(rendered(value ?? {}, indent, layout)).value();
  if (made.kind !== 'container') throw throughScalar(pointer);
  return (entry.node = made);
}

function isNull(node: JsonNode): boolean {
  return node.kind === 'new' ? node.value === null : node.kind === 'text' && node.text === 'null';
}

function added(container: Container, name: string, indent: string, layout: Layout): Entry {
  const { entries, names, brackets } = container;
  const neighbour = entries.at(-1);
  if (neighbour === undefined) container.tail = layout.isCompact ? '' : `${layout.lineEnd}${indent}`;
  const lead = leadBeside(entries, indent, layout);
  const separator = layout.isCompact && !(neighbour?.key.endsWith(' ') ?? false) ? ':' : ': ';
  const key = brackets === '[]' ? '' : `${JSON.stringify(name)}${separator}`;
  const entry: Entry = { name, lead, key, node: { kind: 'new', value: null }, trail: '' };
  entries.push(entry);
  names.set(name, entry);
  return entry;
}

function leadBeside(entries: readonly Entry[], indent: string, layout: Layout): string {
  const neighbour = entries.at(-1);
  if (neighbour === undefined) return layout.isCompact ? '' : `${layout.lineEnd}${indent}${layout.unit}`;
  const isFirstOfLine = entries.length === 1 && !neighbour.lead.includes('\n');
  if (isFirstOfLine) return layout.isCompact ? '' : ' ';
  // The last one may have blank lines above it.
  return neighbour.lead.replace(/^[^]*\n/, layout.lineEnd);
}

function removed(container: Container, entry: Entry): void {
  const { entries, names } = container;
  const index = entries.indexOf(entry);
  entries.splice(index, 1);
  names.delete(entry.name);
  const next = entries[index];
  // The one that is first now stands where the first one stood.
  if (index === 0 && next !== undefined) next.lead = entry.lead;
  if (entries.length === 0) container.tail = '';
}

function written(entry: Entry, indent: string, layout: Layout): string {
  return `${entry.lead}${entry.key}${writtenNode(entry.node, indentOf(entry, indent), layout)}${entry.trail}`;
}

function writtenNode(node: JsonNode, indent: string, layout: Layout): string {
  switch (node.kind) {
    case 'text':
      return node.text;
    case 'new':
      return rendered(node.value, indent, layout);
    case 'container': {
      const entries = node.entries.map((entry) => written(entry, indent, layout));
      return `${node.brackets[0]}${entries.join(',')}${node.tail}${node.brackets[1]}`;
    }
  }
}

function rendered(value: Json, indent: string, layout: Layout): string {
  if (layout.isCompact) return JSON.stringify(value);
  return JSON.stringify(value, undefined, layout.unit).replaceAll('\n', `${layout.lineEnd}${indent}`);
}

/** What the line begins with that an entry stands in; `indent` is that of the line of its container. */
function indentOf({ lead }: Entry, indent: string): string {
  return lead.includes('\n') ? lead.slice(lead.lastIndexOf('\n') + 1) : indent;
}

function layoutOf(text: string): Layout {
  const firstIndent = /\n([ \t]+)\S/.exec(text)?.[1];
  return {
    unit: firstIndent ?? '  ',
    lineEnd: text.includes('\r\n') ? '\r\n' : '\n',
    isCompact: !text.trim().includes('\n') && !/^\s*[{[]\s*[}\]]\s*$/.test(text),
  };
}
