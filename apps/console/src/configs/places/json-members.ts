import type { SyntaxNode, Tree } from '@lezer/common';
import type { TextMember, TextReader } from './text-place';

const VALUES = new Set(['Object', 'Array', 'String', 'Number', 'True', 'False', 'Null']);

export function jsonRoot(tree: Tree): SyntaxNode | null {
  return firstValue(tree.topNode);
}

export function* jsonMembers(node: SyntaxNode, read: TextReader): Iterable<TextMember> {
  if (node.name === 'Object') {
    for (let child = node.firstChild; child !== null; child = child.nextSibling) {
      const key = child.name === 'Property' ? child.getChild('PropertyName') : null;
      if (key !== null) yield { token: jsonString(read(key.from, key.to)), key, value: firstValue(child) };
    }
  } else if (node.name === 'Array') {
    let index = 0;
    for (let child = node.firstChild; child !== null; child = child.nextSibling)
      if (VALUES.has(child.name)) yield { token: String(index++), key: undefined, value: child };
  }
}

/** The string that a literal stands for, which may be half written. */
export function jsonString(literal: string): string {
  try {
    return String(JSON.parse(literal));
  } catch {
    // An escape that is not complete yet: what was typed so far is the best that is known.
    return literal.replace(/^"|"$/g, '');
  }
}

function firstValue(node: SyntaxNode): SyntaxNode | null {
  for (let child = node.firstChild; child !== null; child = child.nextSibling)
    if (VALUES.has(child.name)) return child;
  return null;
}
