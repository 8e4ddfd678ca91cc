import { appendPointer, type JsonPointer } from '@binnacle/domain';
import type { SyntaxNode } from '@lezer/common';
import { membersOf, rootOf } from './text-members';
import type { ParsedText, TextRange } from './text-place';

export interface PointedPlace extends TextRange {
  readonly pointer: JsonPointer;
  readonly part: 'key' | 'value';
}

/** The key or the scalar value at a position of the text; undefined between them. */
export function pointerAt(text: ParsedText, position: number): PointedPlace | undefined {
  const holds = ({ from, to }: TextRange): boolean => from <= position && position <= to;
  const search = (node: SyntaxNode | null, pointer: JsonPointer): PointedPlace | undefined => {
    if (node === null) return undefined;
    let isScalar = true;
    for (const { token, key, value } of membersOf(text, node)) {
      isScalar = false;
      const place = appendPointer(pointer, token);
      if (key !== undefined && holds(key)) return { pointer: place, part: 'key', from: key.from, to: key.to };
      if (value !== null && holds(value)) return search(value, place);
      if ((key ?? value)?.from !== undefined && ((key ?? value) as SyntaxNode).from > position) break;
    }
    return isScalar && !/Object|Array|Mapping|Sequence/.test(node.name)
      ? { pointer, part: 'value', from: node.from, to: node.to }
      : undefined;
  };
  const root = rootOf(text);
  return root !== null && holds(root) ? search(root, '') : undefined;
}
