import { bracketPlace } from './bracket-place';
import type { CursorPlace, ParsedText } from './text-place';
import { yamlBlockPlace } from './yaml-block-place';

/** Undefined in comments and in texts of several lines, and where nothing can be told. */
export function cursorPlace(text: ParsedText, position: number, length: number): CursorPlace | undefined {
  for (let node = text.tree.resolveInner(position, -1); ;) {
    if (/Comment|BlockLiteralContent/.test(node.name)) return undefined;
    if (/^(Object|Array|FlowMapping|FlowSequence)$/.test(node.name) && position < closedAt(text, node))
      return bracketPlace(text, node, position, length);
    if (node.parent === null) break;
    node = node.parent;
  }
  return text.format === 'yaml' ? yamlBlockPlace(text.read, position, length) : undefined;
}

/** Behind its closing bracket a position is no longer inside. */
function closedAt({ read }: ParsedText, { from, to }: { from: number; to: number }): number {
  const isClosed = to - from > 1 && /[\]}]/.test(read(to - 1, to));
  return isClosed ? to : Infinity;
}
