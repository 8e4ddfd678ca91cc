import { Compartment, EditorState, type Extension } from '@codemirror/state';
import { EditorView, keymap } from '@codemirror/view';
import { type Ref, useCallback, useEffect, useImperativeHandle, useLayoutEffect, useRef } from 'react';
import colours from './editor-colours.module.css';
import { type DocumentFaults, locateFaults, type LocatedFault, showFaults } from './document-diagnostics';
import { type EditorDocument, editorDocument, parsedState } from './editor-document';
import { languageOf, writingExtensions } from './editor-extensions';
import { locatePointers } from '../places/locate-pointers';
import classes from './TextEditor.module.css';

/** What the rest of the page asks of the editor. */
export interface TextEditorHandle {
  /** Puts the cursor at a place of the document. */
  reveal(pointer: string): void;
  revealAt(position: number): void;
  focus(): void;
}

interface Props {
  readonly ref?: Ref<TextEditorHandle>;
  readonly label: string;
  readonly source: string;
  readonly document: EditorDocument;
  readonly faults: DocumentFaults;
  readonly isReadOnly: boolean;
  readonly onChange: (source: string) => void;
  readonly onLocated: (located: readonly LocatedFault[]) => void;
  readonly onSave: () => void;
  readonly onReview: () => void;
}

/** How long after a change the marks are put to their places again. */
const LOCATE_AFTER_MS = 300;

/** The editor of a document's text. */
export function TextEditor(props: Props) {
  const { ref, label, source, document, faults, isReadOnly } = props;
  const parent = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const latest = useRef(props);
  useLayoutEffect(() => {
    latest.current = props;
  });
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const locateSoon = useCallback((found: DocumentFaults) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      const editor = view.current;
      if (editor === null) return;
      const located = locateFaults(editor.state, found);
      editor.dispatch(showFaults(editor.state, located));
      latest.current.onLocated(located);
    }, LOCATE_AFTER_MS);
  }, []);
  const parts = useRef({
    language: new Compartment(),
    document: new Compartment(),
    readOnly: new Compartment(),
  });

  useEffect(() => {
    const { language, document: known, readOnly } = parts.current;
    const created = new EditorView({
      parent: parent.current as HTMLElement,
      state: EditorState.create({
        doc: latest.current.source,
        extensions: [
          keymap.of([
            { key: 'Mod-s', preventDefault: true, run: () => (latest.current.onSave(), true) },
            { key: 'Mod-Enter', preventDefault: true, run: () => (latest.current.onReview(), true) },
          ]),
          language.of(languageOf(latest.current.document.format)),
          known.of(editorDocument.of(latest.current.document)),
          readOnly.of(readOnlyWhen(latest.current.isReadOnly)),
          writingExtensions,
          EditorView.contentAttributes.of({ 'aria-label': latest.current.label }),
          EditorView.updateListener.of(({ docChanged, state }) => {
            const text = docChanged ? state.doc.toString() : undefined;
            if (text === undefined) return;
            locateSoon(latest.current.faults);
            if (text !== latest.current.source) latest.current.onChange(text);
          }),
        ],
      }),
    });
    view.current = created;
    return () => {
      clearTimeout(timer.current);
      created.destroy();
      view.current = null;
    };
  }, [locateSoon]);

  // Before the next key: a text from before it would take it away again.
  useLayoutEffect(() => {
    const editor = view.current;
    if (editor === null || editor.state.doc.toString() === source) return;
    editor.dispatch(replaceChangedPart(editor.state, source));
  }, [source]);

  useEffect(() => {
    const { language, document: known } = parts.current;
    view.current?.dispatch({
      effects: [
        language.reconfigure(languageOf(document.format)),
        known.reconfigure(editorDocument.of(document)),
      ],
    });
    locateSoon(latest.current.faults);
  }, [document, locateSoon]);

  useEffect(() => {
    view.current?.dispatch({ effects: parts.current.readOnly.reconfigure(readOnlyWhen(isReadOnly)) });
  }, [isReadOnly]);

  useEffect(() => locateSoon(faults), [faults, locateSoon]);

  useImperativeHandle(ref, () => {
    const revealAt = (position: number): void => {
      const editor = view.current;
      if (editor === null) return;
      const anchor = Math.min(position, editor.state.doc.length);
      editor.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: 'center' }) });
      editor.focus();
    };
    return {
      revealAt,
      reveal(pointer) {
        const editor = view.current;
        const place = editor && locatePointers(parsedState(editor.state), [pointer]).get(pointer);
        if (place) revealAt(place.from);
      },
      focus: () => view.current?.focus(),
    };
  }, []);

  return (
    <div
      ref={parent}
      className={`${colours['colours']} ${classes['editor']}`}
      aria-label={label}
      data-readonly={isReadOnly}
    />
  );
}

function readOnlyWhen(isReadOnly: boolean): Extension {
  return isReadOnly ? [EditorState.readOnly.of(true)] : [];
}

/** One change from the first to the last character that differs: the cursor and the undo history stay useful. */
function replaceChangedPart(state: EditorState, source: string) {
  const before = state.doc.toString();
  let from = 0;
  const shorter = Math.min(before.length, source.length);
  while (from < shorter && before.charCodeAt(from) === source.charCodeAt(from)) from += 1;
  let [to, end] = [before.length, source.length];
  while (to > from && end > from && before.charCodeAt(to - 1) === source.charCodeAt(end - 1)) {
    to -= 1;
    end -= 1;
  }
  return { changes: { from, to, insert: source.slice(from, end) } };
}
