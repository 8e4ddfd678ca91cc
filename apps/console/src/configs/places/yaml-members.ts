import type { SyntaxNode, Tree } from '@lezer/common';
import type { TextMember, TextReader } from './text-place';
import { jsonString } from './json-members';

const WRAPPERS = new Set(['Anchored', 'Tagged', 'Item']);
const VALUES = new Set([
  'BlockMapping',
  'BlockSequence',
  'FlowMapping',
  'FlowSequence',
  'Literal',
  'QuotedLiteral',
  'BlockLiteral',
  'Alias',
  ...WRAPPERS,
]);
/** More aliases than this lead to one another in a text that the server refuses anyway. */
const MAX_ALIAS_STEPS = 10;

export function yamlRoot(tree: Tree, read: TextReader): SyntaxNode | null {
  const document = tree.topNode.getChild('Document');
  return document === null ? null : unwrap(firstValue(document), read);
}

export function* yamlMembers(node: SyntaxNode, read: TextReader): Iterable<TextMember> {
  switch (node.name) {
    case 'BlockMapping':
    case 'FlowMapping':
      for (let child = node.firstChild; child !== null; child = child.nextSibling) {
        const key = child.name === 'Pair' ? child.getChild('Key') : null;
        if (key === null) continue;
        const value = unwrap(firstValue(child), read);
        yield { token: yamlString(read(key.from, key.to)), key, value };
      }
      return;
    case 'BlockSequence':
    case 'FlowSequence': {
      let index = 0;
      for (const item of node.getChildren('Item'))
        yield { token: String(index++), key: undefined, value: unwrap(item, read) };
    }
  }
}

/** The string that a scalar stands for, in quotes or without. */
export function yamlString(source: string): string {
  if (source.startsWith('"')) return jsonString(source);
  if (source.startsWith("'")) return source.replace(/^'|'$/g, '').replaceAll("''", "'");
  return source;
}

/** The value itself, without anchor, tag and item around it. Behind an alias lies what it names. */
function unwrap(node: SyntaxNode | null, read: TextReader): SyntaxNode | null {
  let found = node;
  for (let steps = 0; found !== null && steps < MAX_ALIAS_STEPS;) {
    if (found.name === 'Alias') {
      steps += 1;
      found = anchoredAs(read(found.from + 1, found.to), found, read);
    } else if (WRAPPERS.has(found.name)) {
      found = firstValue(found);
    } else return found;
  }
  return null;
}

function anchoredAs(name: string, alias: SyntaxNode, read: TextReader): SyntaxNode | null {
  let found: SyntaxNode | null = null;
  let root = alias;
  while (root.parent !== null) root = root.parent;
  // The last one before the alias counts (YAML 1.2.2 §7.1).
  root.tree?.iterate({
    to: alias.from,
    enter: (node) => {
      if (node.name === 'Anchor' && node.from < alias.from && read(node.from + 1, node.to) === name)
        found = node.node.parent;
    },
  });
  return found;
}

function firstValue(node: SyntaxNode): SyntaxNode | null {
  for (let child = node.firstChild; child !== null; child = child.nextSibling)
    if (VALUES.has(child.name)) return child;
  return null;
}
