import { EditFault, type TextEdit } from './apply-text-edits.js';
import { checkJsonValue, PROTO_KEY_MESSAGE } from './check-json-value.js';
import { checkContentLimits, type ContentError, DEFAULT_CONTENT_LIMITS } from './content-limits.js';
import { editJsonText } from './edit-json-text.js';
import { editYamlText } from './edit-yaml-text.js';
import type { Json } from './json.js';
import { type JsonPointer, pointerTokens } from './json-pointer.js';
import { type ContentFormat, parseContent } from './parse-content.js';

export { applyTextEdits, EditFault, type TextEdit } from './apply-text-edits.js';

const MAX_ERRORS = 20;

export type EditedText = { ok: true; text: string } | { ok: false; errors: ContentError[] };

/** A text is parsed for its limits by others too; the bytes of the text itself count here, comments included. */
const LIMITS = { ...DEFAULT_CONTENT_LIMITS, maxBytes: 2 * DEFAULT_CONTENT_LIMITS.maxBytes };

/**
 * Changes places in the text of a document and leaves the rest as its author wrote it: comments, order, indentation, line
 * ends. What is put in is written as its neighbours are. Parsing the result gives what the edits make of the parsed text.
 *
 * A comment beside or right above a removed line goes with it. Removing what is not there does nothing; a pointer through a
 * scalar is an error, and then nothing is changed. Works in a browser; a text of 1 MiB takes a second or so.
 *
 * @example editText('port: 80 # open\n', 'yaml', [{ pointer: '/port', value: 443 }]) // {ok: true, text: 'port: 443 # open\n'}
 */
export function editText(source: string, format: ContentFormat, edits: readonly TextEdit[]): EditedText {
  const mark = source.startsWith('\ufeff') ? '\ufeff' : '';
  const text = source.slice(mark.length);
  const isEmpty = format === 'yaml' && /^\s*(?:#[^\n]*\s*)*$/.test(text);
  if (!isEmpty) {
    const parsed = parseContent(text, format, LIMITS);
    if (!parsed.ok) return parsed;
  }
  const faults = edits.flatMap((edit) => ('remove' in edit ? [] : valueFaults(edit.pointer, edit.value)));
  if (faults.length > 0) return { ok: false, errors: faults.slice(0, MAX_ERRORS) };
  if (edits.length === 0) return { ok: true, text: source };
  try {
    const edited = format === 'json' ? editJsonText(text, edits) : editYamlText(text, edits, LIMITS.maxDepth);
    return { ok: true, text: mark + edited };
  } catch (error) {
    if (error instanceof EditFault)
      return { ok: false, errors: [{ pointer: error.pointer, message: error.message }] };
    throw error;
  }
}

function valueFaults(place: JsonPointer, value: Json): ContentError[] {
  const broken = checkContentLimits(value, LIMITS);
  const faults = broken.length > 0 ? broken : checkJsonValue(value);
  const names = pointerTokens(place).some((token) => token === '__proto__');
  if (names) return [{ pointer: place, message: PROTO_KEY_MESSAGE }];
  return faults.map(({ pointer, message }) => ({ pointer: `${place}${pointer}`, message }));
}
