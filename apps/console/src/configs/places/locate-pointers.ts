import { type JsonPointer, pointerTokens } from '@binnacle/domain';
import type { SyntaxNode } from '@lezer/common';
import { membersOf, rootOf } from './text-members';
import type { ParsedText, TextMember, TextRange } from './text-place';

export interface LocatedPointer extends TextRange {
  /** False when the place itself is not in the text: the range is then that of the nearest one around it. */
  readonly isExact: boolean;
}

interface Wanted {
  readonly pointers: JsonPointer[];
  readonly below: Map<string, Wanted>;
}

/**
 * Where places of a document stand in its text: the value of a scalar, the key of what holds others. All are found in one
 * walk, which opens only what leads to them.
 */
export function locatePointers(
  text: ParsedText,
  pointers: Iterable<JsonPointer>,
): Map<JsonPointer, LocatedPointer> {
  const located = new Map<JsonPointer, LocatedPointer>();
  const root = rootOf(text);
  const walk = (wanted: Wanted, node: SyntaxNode | null, range: TextRange): void => {
    for (const pointer of wanted.pointers) located.set(pointer, { ...range, isExact: true });
    if (wanted.below.size === 0) return;
    const missing = new Map(wanted.below);
    for (const member of node === null ? [] : membersOf(text, node)) {
      const below = missing.get(member.token);
      if (below === undefined) continue;
      missing.delete(member.token);
      walk(below, member.value, rangeOf(member, range));
      if (missing.size === 0) return;
    }
    for (const below of missing.values())
      for (const pointer of allOf(below)) located.set(pointer, { ...range, isExact: false });
  };
  walk(wantedOf(pointers), root, rootRange(text, root));
  return located;
}

function wantedOf(pointers: Iterable<JsonPointer>): Wanted {
  const root: Wanted = { pointers: [], below: new Map() };
  for (const pointer of pointers) {
    let at = root;
    for (const token of pointerTokens(pointer)) {
      let next = at.below.get(token);
      if (next === undefined) at.below.set(token, (next = { pointers: [], below: new Map() }));
      at = next;
    }
    at.pointers.push(pointer);
  }
  return root;
}

function* allOf(wanted: Wanted): Iterable<JsonPointer> {
  yield* wanted.pointers;
  for (const below of wanted.below.values()) yield* allOf(below);
}

const CONTAINERS = /Object|Array|Mapping|Sequence/;

function rangeOf({ key, value }: TextMember, parent: TextRange): TextRange {
  if (value !== null && (!CONTAINERS.test(value.name) || key === undefined))
    return CONTAINERS.test(value.name) ? opening(value) : { from: value.from, to: value.to };
  return key === undefined ? parent : { from: key.from, to: key.to };
}

/** A container has no name of its own to mark when it is an element or the whole: its first character stands for it. */
function opening({ from, to }: TextRange): TextRange {
  return { from, to: Math.min(from + 1, to) };
}

/** What is wrong with the whole is marked at its first key. */
function rootRange(text: ParsedText, root: SyntaxNode | null): TextRange {
  if (root === null) return { from: 0, to: 0 };
  for (const { key } of membersOf(text, root)) if (key !== undefined) return { from: key.from, to: key.to };
  return opening(root);
}
