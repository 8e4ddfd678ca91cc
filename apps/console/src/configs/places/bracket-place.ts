import { appendPointer, type JsonPointer } from '@binnacle/domain';
import type { SyntaxNode } from '@lezer/common';
import { membersOf, rootOf } from './text-members';
import type { CursorPlace, ParsedText, TextRange } from './text-place';
import { yamlString } from './yaml-members';

/** How far before and behind the cursor a word may reach. */
const MAX_WORD_LENGTH = 500;
const BARE_WORD_BEFORE = /[^\s"'{}[\],:]*$/;
const BARE_WORD_BEHIND = /^[^\s"'{}[\],:]*/;

/** The place of the cursor inside `{…}` or `[…]`, told by what stands before it: `{` and `,` or `:`. */
export function bracketPlace(
  text: ParsedText,
  container: SyntaxNode,
  position: number,
  length: number,
): CursorPlace | undefined {
  const { from, to } = wordAt(text, container, position, length);
  const lead = text.read(Math.max(container.from, from - MAX_WORD_LENGTH), from).trimEnd();
  const pointer = pointerOf(text, container);
  const last = lead.at(-1);
  const isArray = /Array|FlowSequence/.test(container.name);
  if (pointer === undefined) return undefined;
  if (last === ':' && !isArray) {
    const key = /("(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[^\s"'{}[\],:]+)\s*:$/.exec(lead)?.[1];
    return key === undefined
      ? undefined
      : { pointer: appendPointer(pointer, yamlString(key)), mayBe: ['value'], from, to };
  }
  if (last !== ',' && last !== '{' && last !== '[') return undefined;
  if (!isArray) return { pointer, mayBe: ['key'], from, to };
  let index = 0;
  for (const { value } of membersOf(text, container)) if (value !== null && value.to <= from) index += 1;
  return { pointer: appendPointer(pointer, index), mayBe: ['value'], from, to };
}

/** The string in quotes, or else the bare word, that the position is in. */
function wordAt(text: ParsedText, container: SyntaxNode, position: number, length: number): TextRange {
  const { name, from, to } = text.tree.resolveInner(position, -1);
  const isQuoted = from < position && /^["']/.test(text.read(from, from + 1));
  if (isQuoted && /String|PropertyName|QuotedLiteral/.test(name)) return { from, to };
  // A string without an end: the rest of its line is not a part of it.
  if (isQuoted && name === '⚠') return { from, to: position };
  const before = text.read(Math.max(container.from, position - MAX_WORD_LENGTH), position);
  const behind = text.read(position, Math.min(length, position + MAX_WORD_LENGTH));
  return {
    from: position - (BARE_WORD_BEFORE.exec(before)?.[0].length ?? 0),
    to: position + (BARE_WORD_BEHIND.exec(behind)?.[0].length ?? 0),
  };
}

/** Where a container lies in the document. */
function pointerOf(text: ParsedText, container: SyntaxNode): JsonPointer | undefined {
  const search = (node: SyntaxNode | null, pointer: JsonPointer): JsonPointer | undefined => {
    if (node === null) return undefined;
    if (node.from === container.from && node.name === container.name) return pointer;
    for (const { token, value } of membersOf(text, node))
      if (value !== null && value.from <= container.from && container.to <= value.to)
        return search(value, appendPointer(pointer, token));
    return undefined;
  };
  return search(rootOf(text), '');
}
