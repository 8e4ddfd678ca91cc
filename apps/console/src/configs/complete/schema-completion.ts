import {
  type Completion,
  type CompletionContext,
  type CompletionResult,
  startCompletion,
} from '@codemirror/autocomplete';
import type { EditorView } from '@codemirror/view';
import { appendPointer, type Json, type JsonPointer } from '@binnacle/domain';
import { describeKey, type KeyDescription, type KnownKey, listKeys } from '@binnacle/domain/describe-key';
import { editorDocument, parsedState } from '../editor/editor-document';
import { cursorPlace } from '../places/cursor-place';
import { membersOf, rootOf } from '../places/text-members';
import type { CursorPlace, ParsedText } from '../places/text-place';
import { keyCard, shortJson } from './key-card';
import { writtenKey, writtenScalar, writtenValue } from './written-value';

/** Completion of keys and values from the schema of the document in the editor. */
export function completeFromSchema(context: CompletionContext): CompletionResult | null {
  const { state, pos, explicit } = context;
  const { schema } = state.facet(editorDocument);
  if (schema === undefined) return null;
  const text = parsedState(state, pos);
  const place = cursorPlace(text, pos, state.doc.length);
  if (place === undefined) return null;
  const quote = /^["']/.test(state.sliceDoc(place.from, place.from + 1)) ? 1 : 0;
  const isBegun = pos > place.from;
  const keys = place.mayBe.includes('key') && (isBegun || explicit) ? keyOptions(text, place, schema) : [];
  const values = place.mayBe.includes('value') ? valueOptions(context, place, schema) : [];
  const options = [...keys, ...values];
  return options.length === 0 ? null : { from: place.from + quote, options };
}

function keyOptions(text: ParsedText, place: CursorPlace, schema: Json): Completion[] {
  const taken = new Set(keysAt(text, place));
  return listKeys(schema, place.pointer)
    .filter(({ name }) => !taken.has(name))
    .map((known, index) => ({
      label: known.name,
      detail: detailOf(known),
      type: known.deprecated ? 'deprecated' : 'property',
      // The order of the schema, with what must be there first and what should not be used last.
      boost: (known.required ? 50 : 0) - (known.deprecated ? 60 : 0) - Math.min(index, 40),
      info: () => keyCard(known, known.name),
      apply: (view) => writeKey(view, known),
    }));
}

/** Keys that the object has already, without the one that is being typed. */
function* keysAt(text: ParsedText, { pointer, from, to }: CursorPlace): Iterable<string> {
  let node = rootOf(text);
  for (const token of pointer === '' ? [] : pointer.slice(1).split('/')) {
    if (node === null) return;
    const members = [...membersOf(text, node)];
    node = members.find((member) => appendPointer('', member.token) === `/${token}`)?.value ?? null;
  }
  for (const { token, key } of node === null ? [] : membersOf(text, node))
    if (key === undefined || key.to < from || key.from > to) yield token;
}

function valueOptions({ state }: CompletionContext, { pointer }: CursorPlace, schema: Json): Completion[] {
  const { format, isOverlay } = state.facet(editorDocument);
  const description = describeKey(schema, pointer);
  if (description === undefined) return [];
  const { enum: allowed, type, default: fallback, examples } = description;
  const offered = new Map<string, Completion>();
  const offer = (value: Json, detail?: string): void => {
    const label = typeof value === 'string' ? value : shortJson(value);
    const written = writtenScalar(value, format);
    if (!offered.has(written))
      offered.set(written, {
        label,
        type: typeof value === 'string' ? 'text' : 'constant',
        boost: -offered.size,
        info: () => keyCard(description, nameOf(pointer)),
        apply: (view) => write(view, written),
        ...(detail === undefined ? {} : { detail }),
      });
  };
  if (fallback !== undefined && typeof fallback !== 'object') offer(fallback, 'default');
  for (const value of allowed ?? []) offer(value);
  if (allowed === undefined && type.includes('boolean')) [true, false].forEach((value) => offer(value));
  for (const value of examples) if (typeof value !== 'object') offer(value, 'example');
  if (isOverlay && offered.size > 0) offer(null, 'takes away what lies below');
  return [...offered.values()];
}

function writeKey(view: EditorView, known: KnownKey): void {
  const { state } = view;
  const { format } = state.facet(editorDocument);
  const place = placeNow(view);
  if (place === undefined) return;
  const key = writtenKey(known.name, format);
  const behind = state.sliceDoc(place.to, place.to + 200);
  if (/^\s*:/.test(behind)) {
    replace(view, place, key, key.length, key.length);
    return;
  }
  const line = state.doc.lineAt(place.from);
  const indentation = ' '.repeat(/^ *(?:- +)*/.exec(line.text)?.[0].length ?? 0);
  const value = writtenValue(known, format, indentation);
  const lead = value.text.startsWith('\n') ? `${key}:` : `${key}: `;
  const comma = format === 'json' && /^\s*"/.test(behind) ? ',' : '';
  const isOpen = value.text === '';
  replace(
    view,
    place,
    lead + value.text + comma,
    lead.length + value.selectFrom,
    lead.length + value.selectTo,
  );
  if (isOpen) startCompletion(view);
}

function write(view: EditorView, written: string): void {
  const place = placeNow(view);
  if (place !== undefined) replace(view, place, written, written.length, written.length);
}

/** The place may have grown since the completion was asked for. */
function placeNow({ state }: EditorView): CursorPlace | undefined {
  const { head } = state.selection.main;
  return cursorPlace(parsedState(state, head), head, state.doc.length);
}

function replace(
  view: EditorView,
  { from, to }: CursorPlace,
  insert: string,
  anchor: number,
  head: number,
): void {
  view.dispatch({
    changes: { from, to, insert },
    selection: { anchor: from + anchor, head: from + head },
    userEvent: 'input.complete',
    scrollIntoView: true,
  });
}

function detailOf({ type, unit, deprecated }: KeyDescription): string {
  const words = [type.join('|'), unit, deprecated ? 'deprecated' : undefined];
  return words.filter((word) => word !== undefined && word !== '').join(' · ');
}

function nameOf(pointer: JsonPointer): string {
  return pointer.slice(pointer.lastIndexOf('/') + 1);
}
