import { Document, isScalar, type Node, visit } from 'yaml';
import type { Json } from './json.js';
import type { YamlPair } from './yaml-members.js';

export interface YamlStyle {
  /** Spaces of one level. */
  readonly indent: number;
  /** Do items of a sequence stand deeper than the key above them? */
  readonly indentSeq: boolean;
}

/** A node for a value, in block style. */
export function newYamlNode(document: Document, value: Json): Node {
  const node = document.createNode(value, { aliasDuplicateObjects: false }) as Node;
  quoteHostile(node);
  return node;
}

/** Puts into quotes what the library would write so that it reads as something else. */
export function quoteHostile(root: Node | Document): void {
  visit(root, {
    Pair: (_key, { key }) => quoteMergeKey(key),
    Scalar: (_key, scalar) => {
      const { value } = scalar;
      // The library writes the indentation of such a block wrong when a level is not two spaces.
      if (typeof value === 'string' && value.includes('\n') && /^\s/.test(value))
        scalar.type = 'QUOTE_DOUBLE';
    },
  });
}

export function newYamlPair(document: Document, key: string, value: Node): YamlPair {
  const pair = document.createPair(key, value) as YamlPair;
  quoteMergeKey(pair.key);
  return pair;
}

/** Plain, it would read as the merge key of YAML 1.1. */
function quoteMergeKey(key: unknown): void {
  if (isScalar(key) && key.value === '<<') key.type = 'QUOTE_DOUBLE';
}

/** A value as YAML 1.2 in block style; lines are not folded. */
export function stringifyYaml(value: Json, { indent, indentSeq }: YamlStyle): string {
  const document = new Document(undefined, { version: '1.2', schema: 'core' });
  document.contents = newYamlNode(document, value) as typeof document.contents;
  return document.toString({ lineWidth: 0, indent, indentSeq });
}
