import { ensureSyntaxTree, syntaxTree } from '@codemirror/language';
import { type EditorState, Facet } from '@codemirror/state';
import type { Json } from '@binnacle/domain';
import type { ContentFormat } from '@binnacle/domain/parse-content';
import type { ParsedText } from '../places/text-place';

/** What an editor knows of the document in it, beside its text. */
export interface EditorDocument {
  readonly format: ContentFormat;
  /** Undefined while the service has none. */
  readonly schema: Json | undefined;
  /** In an overlay `null` takes away what lies below. */
  readonly isOverlay: boolean;
}

const NOTHING_KNOWN: EditorDocument = { format: 'json', schema: undefined, isOverlay: false };

export const editorDocument = Facet.define<EditorDocument, EditorDocument>({
  combine: (values) => values[0] ?? NOTHING_KNOWN,
});

/** How long a keystroke may wait for the part of a large text that is not parsed yet. */
const PARSE_BUDGET_MS = 40;

/** The text of an editor with its tree, parsed at least up to a position unless that takes too long. */
export function parsedState(state: EditorState, upTo: number = state.doc.length): ParsedText {
  return {
    format: state.facet(editorDocument).format,
    tree: ensureSyntaxTree(state, upTo, PARSE_BUDGET_MS) ?? syntaxTree(state),
    read: (from, to) => state.sliceDoc(from, to),
  };
}
