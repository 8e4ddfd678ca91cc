import { type Diagnostic, setDiagnostics } from '@codemirror/lint';
import type { EditorState, TransactionSpec } from '@codemirror/state';
import type { FieldError } from '@binnacle/contracts';
import { type Finding, findingsOf } from '../review/findings';
import { locatePointers } from '../places/locate-pointers';
import type { ContentFault } from '../work/document-work';
import { parsedState } from './editor-document';

/** More marks than this only slow the editor down; the list beside it has all. */
const MAX_DIAGNOSTICS = 200;
const POSITION = /^line (\d+), column (\d+): /;

/** Everything that is wrong with a text, from the parser in this page and from the server. */
export interface DocumentFaults {
  readonly syntax: readonly ContentFault[];
  readonly errors: readonly FieldError[];
  readonly warnings: readonly FieldError[];
}

export const NO_FAULTS: DocumentFaults = { syntax: [], errors: [], warnings: [] };

/** One fault with the place in the text that it is about. */
export interface LocatedFault {
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly pointer: string;
  readonly from: number;
  readonly to: number;
  /** False when the place is in another layer, or missing. */
  readonly isExact: boolean;
}

/** Where the faults lie. While a text cannot be parsed, only that is said: the rest was true of another text. */
export function locateFaults(state: EditorState, faults: DocumentFaults): LocatedFault[] {
  if (faults.syntax.length > 0)
    return faults.syntax.map(({ pointer, message }) => {
      const from = offsetOf(state, message);
      const { to } = state.doc.lineAt(from);
      const at = { from: from === to && from > 0 ? from - 1 : from, to: Math.min(to, from + 1) };
      return { severity: 'error', message: message.replace(POSITION, ''), pointer, ...at, isExact: true };
    });
  const all = [
    ...findingsOf(faults.errors).map((fault) => ({ ...fault, severity: 'error' as const })),
    ...findingsOf(faults.warnings).map((fault) => ({ ...fault, severity: 'warning' as const })),
    // The text can be read by now: the server speaks of the one before.
  ].filter(({ isSyntax }) => !isSyntax);
  const located = locatePointers(parsedState(state), new Set(all.map(({ pointer }) => pointer)));
  return all.map((fault) => {
    const { from, to, isExact } = located.get(fault.pointer) ?? { from: 0, to: 0, isExact: false };
    return { severity: fault.severity, message: wordsOf(fault), pointer: fault.pointer, from, to, isExact };
  });
}

/** Marks what stands in this text; what is wrong elsewhere is only in the list beside it. */
export function showFaults(state: EditorState, located: readonly LocatedFault[]): TransactionSpec {
  const diagnostics = located
    .filter(({ isExact }) => isExact)
    .slice(0, MAX_DIAGNOSTICS)
    .map(({ severity, message, from, to }): Diagnostic => ({ severity, from, to, message }));
  return setDiagnostics(state, diagnostics);
}

function wordsOf({ message, places }: Finding): string {
  return places.length === 0 ? message : `${message} (${places.join(', ')})`;
}

/** The parser says where as `line 3, column 5: …`. */
function offsetOf({ doc }: EditorState, message: string): number {
  const [, line, column] = POSITION.exec(message) ?? [];
  if (line === undefined || column === undefined) return 0;
  const { from, to } = doc.line(Math.min(Number(line), doc.lines));
  return Math.min(from + Number(column) - 1, to);
}
