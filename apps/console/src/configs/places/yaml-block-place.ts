import { appendPointer, type JsonPointer } from '@binnacle/domain';
import type { CursorPlace, TextReader } from './text-place';
import { yamlString } from './yaml-members';

/** Lines above the cursor that are looked at. */
const MAX_LINES = 20_000;
const KEY = String.raw`("(?:[^"\\]|\\.)*"|'[^']*'|[^\s#"'{}[\],&*!|>%@\x60-][^#]*?|-[^\s#][^#]*?)`;
const KEY_AND_REST = new RegExp(`^${KEY}\\s*:(?:\\s+(.*))?$`);
/** Nothing, or what may stand between a key and its members on the next lines. */
const OPENS_BLOCK = /^(?:[&!]\S*\s*)*(?:#.*)?$/;

/**
 * The place of the cursor in block YAML, told by the indentation of its line and of those above: it holds for half-written
 * lines too, which a parser takes for something else.
 */
export function yamlBlockPlace(read: TextReader, position: number, length: number): CursorPlace | undefined {
  const lines = linesAbove(read, position);
  const current = lines.next().value ?? '';
  const behind = /^[^\n:#]*/.exec(read(position, Math.min(length, position + 200)))?.[0].trimEnd() ?? '';
  const { column, dashes, rest } = partsOf(current);
  const parent = parentOf(lines, column, dashes);
  if (parent === undefined) return undefined;
  const pair = KEY_AND_REST.exec(rest);
  if (pair !== null) {
    // Right behind the colon nothing can follow yet.
    if (pair[2] === undefined && current.endsWith(':')) return undefined;
    const word = /(?:"(?:[^"\\]|\\.)*|'[^']*|[^\s#]*)$/.exec(pair[2] ?? '')?.[0] ?? '';
    if (word !== (pair[2] ?? '')) return undefined;
    const pointer = appendPointer(parent.pointer, yamlString(pair[1] as string));
    return { pointer, mayBe: ['value'], from: position - word.length, to: position + behind.length };
  }
  if (/[:{}[\]#&*!|>]/.test(rest)) return undefined;
  const mayBe = parent.isNew ? (['key', 'value'] as const) : (['key'] as const);
  return { pointer: parent.pointer, mayBe, from: position - rest.length, to: position + behind.length };
}

interface Parts {
  /** Of what comes after the indentation and the dashes. */
  readonly column: number;
  /** The columns of the dashes. */
  readonly dashes: readonly number[];
  readonly rest: string;
}

function partsOf(line: string): Parts {
  const lead = /^ *(?:- +|-$)*/.exec(line)?.[0] ?? '';
  const dashes = [...lead.matchAll(/-/g)].map(({ index }) => index);
  const column = line.length === lead.length && lead.endsWith('-') ? lead.length + 1 : lead.length;
  return { column, dashes, rest: line.slice(lead.length) };
}

/**
 * What a line belongs to that begins at `column` behind `dashes`. `isNew`: it is the first line there, so that it may be
 * a value as well.
 */
function parentOf(
  lines: Iterator<string>,
  column: number,
  dashes: readonly number[],
): { pointer: JsonPointer; isNew: boolean } | undefined {
  const tokens: (string | number)[] = [];
  let isNew = dashes.length > 0;
  let [limit, items] = [column, 0];
  /** The column of the dash whose place in its list is being counted. */
  let counted: number | undefined;
  const countFrom = (columns: readonly number[]): void => {
    for (const at of [...columns].reverse()) {
      if (counted !== undefined && at < counted) {
        tokens.push(items);
        [items, counted] = [0, undefined];
      }
      if (counted === undefined && at < limit) [counted, limit] = [at, at];
      else if (at === counted) items += 1;
    }
  };
  countFrom(dashes);
  let isFirst = dashes.length === 0;
  for (let next = lines.next(); next.done !== true; next = lines.next()) {
    const parts = partsOf(next.value);
    if (parts.rest.startsWith('#') || next.value.trim() === '') continue;
    if (/^(?:---|\.\.\.)/.test(next.value)) break;
    const pair = KEY_AND_REST.exec(parts.rest);
    const isParent = counted === undefined ? parts.column < limit : parts.column <= counted;
    if (pair !== null && isParent) {
      if (!OPENS_BLOCK.test(pair[2] ?? '')) return undefined;
      if (counted !== undefined) tokens.push(items);
      [items, counted] = [0, undefined];
      tokens.push(yamlString(pair[1] as string));
      limit = parts.column;
      if (isFirst) isNew = true;
    }
    countFrom(parts.dashes);
    isFirst = false;
    if (limit === 0 && counted === undefined) break;
  }
  if (counted !== undefined) tokens.push(items);
  return {
    pointer: tokens.reduceRight<JsonPointer>((pointer, token) => appendPointer(pointer, token), ''),
    isNew,
  };
}

/** The line of the position up to it, then the lines above it. */
function* linesAbove(read: TextReader, position: number): Generator<string, undefined> {
  const text = read(0, position);
  let end = text.length;
  for (let count = 0; count < MAX_LINES; count++) {
    const start = text.lastIndexOf('\n', end - 1) + 1;
    yield text.slice(end === 0 ? 0 : start, end).replace(/\r$/, '');
    if (start === 0) return undefined;
    end = start - 1;
  }
  return undefined;
}
