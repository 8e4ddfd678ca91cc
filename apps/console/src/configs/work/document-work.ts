import {
  appendPointer,
  DEFAULT_CONTENT_LIMITS,
  describeChanges,
  type DescribedChanges,
  diffJson,
  isJsonObject,
  type Json,
  type JsonObject,
  mergeThreeWay,
  type MergeConflict,
} from '@binnacle/domain';
import { editText, type TextEdit } from '@binnacle/domain/edit-text';
import { type ContentFormat, parseContent } from '@binnacle/domain/parse-content';

export interface WrittenText {
  readonly source: string;
  readonly format: ContentFormat;
}

export interface ContentFault {
  readonly pointer: string;
  readonly message: string;
}

/** What costs too much to be done while somebody types: parsing, changing, comparing and merging whole documents. */
export type DocumentWork =
  | { readonly kind: 'parse'; readonly text: WrittenText }
  | { readonly kind: 'edit'; readonly text: WrittenText; readonly edits: readonly TextEdit[] }
  | { readonly kind: 'describe'; readonly from: WrittenText; readonly to: WrittenText }
  | {
      readonly kind: 'merge';
      readonly base: WrittenText;
      readonly mine: WrittenText;
      readonly theirs: WrittenText;
    }
  /** The same content in the other format; comments do not survive. */
  | { readonly kind: 'convert'; readonly text: WrittenText; readonly format: ContentFormat };

export type Refused = { readonly ok: false; readonly errors: readonly ContentFault[] };

export interface DocumentAnswers {
  readonly parse: { readonly ok: true; readonly value: JsonObject } | Refused;
  readonly edit: { readonly ok: true; readonly source: string } | Refused;
  readonly describe: ({ readonly ok: true } & DescribedChanges) | Refused;
  /** `source`: what neither side contradicts, and mine at every conflict. */
  readonly merge:
    | {
        readonly ok: true;
        readonly source: string;
        /** Whose comments and order it has. */
        readonly textOf: 'mine' | 'theirs';
        readonly conflicts: readonly MergeConflict[];
      }
    | Refused;
  readonly convert: { readonly ok: true; readonly source: string } | Refused;
}

export type AnswerTo<Work extends DocumentWork> = DocumentAnswers[Work['kind']];

export function doDocumentWork(work: DocumentWork): DocumentAnswers[DocumentWork['kind']] {
  switch (work.kind) {
    case 'parse':
      return parse(work.text);
    case 'edit':
      return edit(work.text, work.edits);
    case 'describe': {
      const [from, to] = [parse(work.from), parse(work.to)];
      if (!from.ok) return from;
      return to.ok ? { ok: true, ...describeChanges(from.value, to.value) } : to;
    }
    case 'merge':
      return merge(work);
    case 'convert': {
      const parsed = parse(work.text);
      if (!parsed.ok) return parsed;
      if (work.format === 'json') return { ok: true, source: `${JSON.stringify(parsed.value, null, 2)}\n` };
      const edits = Object.entries(parsed.value).map(([key, value]) => ({
        pointer: appendPointer('', key),
        value,
      }));
      return edit({ source: '', format: 'yaml' }, edits);
    }
  }
}

function parse({ source, format }: WrittenText): DocumentAnswers['parse'] {
  // Nothing written yet is a document without members, in both formats.
  if (source.trim() === '') return { ok: true, value: {} };
  const parsed = parseContent(source, format, DEFAULT_CONTENT_LIMITS);
  return parsed.ok ? { ok: true, value: parsed.value } : { ok: false, errors: parsed.errors };
}

function edit({ source, format }: WrittenText, edits: readonly TextEdit[]): DocumentAnswers['edit'] {
  const edited = editText(source.trim() === '' && format === 'json' ? '{}' : source, format, edits);
  return edited.ok ? { ok: true, source: edited.text } : { ok: false, errors: edited.errors };
}

function merge({ base, mine, theirs }: Extract<DocumentWork, { kind: 'merge' }>): DocumentAnswers['merge'] {
  const [baseValue, mineValue, theirValue] = [parse(base), parse(mine), parse(theirs)];
  if (!mineValue.ok) return mineValue;
  if (!theirValue.ok) return theirValue;
  // A base that cannot be read any more counts as empty: then more is asked of the person, and nothing is lost.
  const { merged, conflicts } = mergeThreeWay(
    baseValue.ok ? baseValue.value : {},
    mineValue.value,
    theirValue.value,
  );
  // Where I changed nothing but values, their text is the one that may have new comments.
  const isMineValuesOnly =
    baseValue.ok &&
    mine.format === theirs.format &&
    mine.format === base.format &&
    sourceOf(edit(base, editsBetween(baseValue.value, mineValue.value))) === mine.source;
  const textOf = isMineValuesOnly ? 'theirs' : 'mine';
  const edited = isMineValuesOnly
    ? edit(theirs, editsBetween(theirValue.value, merged))
    : edit(mine, editsBetween(mineValue.value, merged));
  return edited.ok ? { ok: true, source: edited.source, textOf, conflicts } : edited;
}

function sourceOf(edited: DocumentAnswers['edit']): string | undefined {
  return edited.ok ? edited.source : undefined;
}

/** The edits that turn one value into another: place by place in objects, arrays as one. */
export function editsBetween(from: Json, to: Json): TextEdit[] {
  const edits: TextEdit[] = [];
  const visit = (pointer: string, before: Json, after: Json): void => {
    if (!isJsonObject(before) || !isJsonObject(after)) {
      if (diffJson(before, after).length > 0) edits.push({ pointer, value: after });
      return;
    }
    for (const key of Object.keys(before))
      if (!Object.hasOwn(after, key)) edits.push({ pointer: appendPointer(pointer, key), remove: true });
    for (const key of Object.keys(after))
      if (Object.hasOwn(before, key))
        visit(appendPointer(pointer, key), before[key] as Json, after[key] as Json);
      else edits.push({ pointer: appendPointer(pointer, key), value: after[key] as Json });
  };
  visit('', from, to);
  return edits;
}
