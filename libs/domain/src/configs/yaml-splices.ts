import { type Document, isMap, isSeq, type Node, type YAMLMap, type YAMLSeq } from 'yaml';
import { elementIndex, type TextEdit } from './apply-text-edits.js';
import { type Json, setOwn } from './json.js';
import { pointerTokens } from './json-pointer.js';
import { renderYamlInline, renderYamlLines, type YamlLayout } from './yaml-layout.js';
import { YamlMembers, type YamlPair } from './yaml-members.js';

interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A member or an element: what holds it, by what token, and its nodes. */
interface Place {
  readonly parent: YAMLMap | YAMLSeq;
  readonly token: string;
  readonly key: Node | undefined;
  readonly value: Node | undefined;
}

/**
 * The text with some of its parts replaced, or `undefined` when that cannot be done for each edit alone: through aliases,
 * into scalars, twice at one place, where several values share a line. What comes out has to be read back: that a splice
 * means what was meant is not certain.
 */
export function spliceYamlText(
  text: string,
  document: Document.Parsed,
  edits: readonly TextEdit[],
  layout: YamlLayout,
): string | undefined {
  const splices: Splice[] = [];
  const splicer = new Splicer(text, document, layout);
  for (const edit of edits) {
    const splice = splicer.splice(edit);
    if (splice === undefined) return undefined;
    if (splice !== 'nothing') splices.push(splice);
  }
  // Stable: what is put in at one place stays in the order of the edits.
  splices.sort((one, other) => one.start - other.start || one.end - other.end);
  let result = '';
  let at = 0;
  for (const { start, end, text: inserted } of splices) {
    if (start < at) return undefined;
    result += text.slice(at, start);
    // The last line of a text may lack its end.
    if (inserted !== '' && start === text.length && result !== '' && !result.endsWith('\n'))
      result += layout.lineEnd;
    result += inserted;
    at = end;
  }
  return result + text.slice(at);
}

class Splicer {
  readonly #members = new YamlMembers();

  constructor(
    private readonly text: string,
    private readonly document: Document.Parsed,
    private readonly layout: YamlLayout,
  ) {}

  splice(edit: TextEdit): Splice | 'nothing' | undefined {
    const tokens = pointerTokens(edit.pointer);
    let node: Node | null = this.document.contents;
    for (const [depth, token] of tokens.entries()) {
      if (!isMap(node) && !isSeq(node)) return undefined;
      const place = this.#placeOf(node, token, edit.pointer);
      const rest = tokens.slice(depth + 1);
      if (place.value === undefined) {
        if ('remove' in edit) return 'nothing';
        return this.#insert(place, nested(rest, edit.value));
      }
      if (rest.length === 0) return 'remove' in edit ? this.#remove(place) : this.#replace(place, edit.value);
      node = place.value;
    }
    return undefined;
  }

  #placeOf(parent: YAMLMap | YAMLSeq, token: string, pointer: string): Place {
    if (isSeq(parent)) {
      const value = parent.items[elementIndex(token, parent.items.length, pointer)] as Node | undefined;
      return { parent, token, key: undefined, value };
    }
    const pair = this.#members.find(parent, token);
    // A key without a value and without a colon (`{a}`) has no place of its own for one.
    return {
      parent,
      token,
      key: pair?.key,
      value: pair === undefined ? undefined : (pair.value ?? pair.key),
    };
  }

  #replace(place: Place, value: Json): Splice | undefined {
    const [start, end] = rangeOf(place.value);
    const before = this.text.slice(start, end);
    const isOnOneLine = end > start && !before.includes('\n') && place.value !== place.key;
    const isInline = typeof value !== 'object' || value === null || Object.keys(value).length === 0;
    if (isOnOneLine && (isInline || place.parent.flow === true) && !hasAnchor(place.value)) {
      return { start, end, text: renderYamlInline(value, place.parent.flow === true, before) };
    }
    const lines = this.#linesOf(place);
    if (lines === undefined) return undefined;
    return { start: lines.start, end: lines.end, text: this.#rendered(place, value, lines.indent) };
  }

  #remove(place: Place): Splice | undefined {
    const lines = this.#linesOf(place);
    if (lines === undefined) return undefined;
    const isFirst = place.parent.items[0] === place.value || firstKey(place.parent) === place.key;
    // The comment right above a line speaks of it; above the first one it may speak of all.
    const start =
      isFirst && place.key !== undefined ? lines.start : this.#withCommentsAbove(lines.start, lines.indent);
    return { start, end: lines.end, text: '' };
  }

  #insert(place: Place, value: Json): Splice | undefined {
    const { parent, token } = place;
    const last = parent.items.at(-1);
    if (last === undefined) return undefined;
    const lastPlace = isSeq(parent)
      ? { parent, token: '', key: undefined, value: last as Node }
      : {
          parent,
          token: '',
          key: (last as YamlPair).key,
          value: ((last as YamlPair).value ?? (last as YamlPair).key) as Node,
        };
    if (parent.flow === true) {
      const at = rangeOf(lastPlace.value)[1];
      const key = isSeq(parent) ? '' : `${renderYamlInline(token, true, '')}: `;
      return { start: at, end: at, text: `, ${key}${renderYamlInline(value, true, '')}` };
    }
    const lines = this.#linesOf(lastPlace);
    // An item that begins on the line of its parent's dash still tells the indentation of those after it.
    const indent = lines?.indent ?? ' '.repeat(this.#columnOf(lastPlace));
    const at = lines?.end ?? this.#lineEndAfter(rangeOf(lastPlace.value)[1]);
    if (lines === undefined && isSeq(parent)) return undefined;
    return { start: at, end: at, text: this.#rendered({ ...place, key: lastPlace.key }, value, indent) };
  }

  /** The lines that hold nothing but this place, or `undefined` when there are none. */
  #linesOf(place: Place): { start: number; end: number; indent: string } | undefined {
    if (place.parent.flow === true || hasAnchor(place.value)) return undefined;
    const [from] = rangeOf(place.key ?? place.value);
    const start = this.text.lastIndexOf('\n', this.#dashBefore(place, from) - 1) + 1;
    const before = this.text.slice(start, from);
    const isAlone = place.key === undefined ? /^ *-[ \t\r\n]+$/.test(before) : /^ *$/.test(before);
    if (!isAlone) return undefined;
    const value = place.value;
    const end = this.#lineEndAfter(
      isMap(value) || isSeq(value) ? Math.max(...rangeOf(value)) : rangeOf(value)[1],
    );
    return { start, end, indent: /^ */.exec(before)?.[0] ?? '' };
  }

  /** Of an element, where its dash stands; the element may begin lines below. */
  #dashBefore(place: Place, from: number): number {
    return place.key === undefined ? this.text.lastIndexOf('-', from - 1) : from;
  }

  #columnOf(place: Place): number {
    const [from] = rangeOf(place.key ?? place.value);
    return from - this.text.lastIndexOf('\n', from - 1) - 1;
  }

  #lineEndAfter(offset: number): number {
    if (offset > 0 && this.text[offset - 1] === '\n') return offset;
    const lineEnd = this.text.indexOf('\n', offset);
    return lineEnd === -1 ? this.text.length : lineEnd + 1;
  }

  #withCommentsAbove(start: number, indent: string): number {
    let from = start;
    for (;;) {
      const above = this.text.lastIndexOf('\n', from - 2) + 1;
      const line = this.text.slice(above, from);
      if (from === 0 || !line.startsWith(`${indent}#`)) return from;
      from = above;
    }
  }

  #rendered({ parent, token }: Place, value: Json, indent: string): string {
    const item = isSeq(parent) ? { value } : { key: token, value };
    return renderYamlLines(item, indent, this.layout);
  }
}

function firstKey(parent: YAMLMap | YAMLSeq): unknown {
  return isMap(parent) ? parent.items[0]?.key : undefined;
}

function hasAnchor(node: Node | undefined): boolean {
  return node !== undefined && 'anchor' in node && node.anchor !== undefined;
}

/** Where a node begins, and where it ends without the comment after it. */
function rangeOf(node: Node | undefined): readonly [number, number] {
  return [node?.range?.[0] ?? 0, node?.range?.[1] ?? 0];
}

function nested(tokens: readonly string[], value: Json): Json {
  return tokens.reduceRight<Json>((inner, token) => {
    const outer: { [key: string]: Json } = {};
    setOwn(outer, token, inner);
    return outer;
  }, value);
}
