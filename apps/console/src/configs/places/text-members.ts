import type { SyntaxNode } from '@lezer/common';
import { jsonMembers, jsonRoot } from './json-members';
import type { ParsedText, TextMember } from './text-place';
import { yamlMembers, yamlRoot } from './yaml-members';

/** The node of the whole document; null for an empty text. */
export function rootOf({ format, tree, read }: ParsedText): SyntaxNode | null {
  return format === 'json' ? jsonRoot(tree) : yamlRoot(tree, read);
}

/** The members of what `node` holds, in the order of the text; none for a scalar. */
export function membersOf({ format, read }: ParsedText, node: SyntaxNode): Iterable<TextMember> {
  return format === 'json' ? jsonMembers(node, read) : yamlMembers(node, read);
}
