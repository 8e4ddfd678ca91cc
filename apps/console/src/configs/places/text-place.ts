import type { JsonPointer } from '@binnacle/domain';
import type { ContentFormat } from '@binnacle/domain/parse-content';
import type { SyntaxNode, Tree } from '@lezer/common';

/** Reads a part of the text that a tree was made of. */
export type TextReader = (from: number, to: number) => string;

/** One member of an object or element of an array, as it stands in a text. */
export interface TextMember {
  readonly token: string;
  /** Undefined for the elements of an array. */
  readonly key: SyntaxNode | undefined;
  /** Null while nothing has been written behind the key. */
  readonly value: SyntaxNode | null;
}

export interface TextRange {
  readonly from: number;
  readonly to: number;
}

/** A text with the syntax tree that the editor keeps of it: what places are looked up in. Copes with half-written text. */
export interface ParsedText {
  readonly format: ContentFormat;
  readonly tree: Tree;
  readonly read: TextReader;
}

/**
 * What may be written where the cursor is: a key of the object at `pointer`, or the value at `pointer`. `from` is where
 * the word begun there starts. Behind a YAML dash, and on a line of its own below a key, it may be either.
 */
export interface CursorPlace {
  readonly pointer: JsonPointer;
  readonly mayBe: readonly ('key' | 'value')[];
  readonly from: number;
  readonly to: number;
}
