import type { LeafOriginBody } from '@binnacle/contracts';
import { appendPointer, isJsonObject, type Json, type JsonObject, type JsonPointer } from '@binnacle/domain';

export interface ExplainRow {
  readonly pointer: JsonPointer;
  readonly name: string;
  readonly depth: number;
  /** Undefined for what holds others. */
  readonly leaf: { readonly value: Json; readonly origin: LeafOriginBody | undefined } | undefined;
  readonly isOpen: boolean;
}

export interface ExplainInput {
  readonly content: JsonObject;
  readonly origins: Readonly<Record<JsonPointer, LeafOriginBody>>;
  readonly isClosed: (pointer: JsonPointer) => boolean;
  /** Part of a pointer, a value or a document. */
  readonly search: string;
}

/** The tree of an effective config as rows. */
export function explainRows({ content, origins, isClosed, search }: ExplainInput): ExplainRow[] {
  const rows: ExplainRow[] = [];
  const wanted = search.trim().toLowerCase();
  const visit = (pointer: JsonPointer, value: JsonObject, depth: number): void => {
    for (const [name, member] of Object.entries(value)) {
      const place = appendPointer(pointer, name);
      if (isJsonObject(member) && Object.keys(member).length > 0) {
        const isOpen = wanted !== '' || !isClosed(place);
        rows.push({ pointer: place, name, depth, leaf: undefined, isOpen });
        const count = rows.length;
        if (isOpen) visit(place, member, depth + 1);
        if (wanted !== '' && rows.length === count) rows.pop();
      } else {
        const origin = Object.hasOwn(origins, place) ? origins[place] : undefined;
        if (wanted === '' || matches(place, member, origin, wanted))
          rows.push({ pointer: place, name, depth, leaf: { value: member, origin }, isOpen: false });
      }
    }
  };
  visit('', content, 0);
  return rows;
}

function matches(
  pointer: JsonPointer,
  value: Json,
  origin: LeafOriginBody | undefined,
  wanted: string,
): boolean {
  return `${pointer} ${JSON.stringify(value)} ${origin?.document ?? ''}`.toLowerCase().includes(wanted);
}

/** What the layers below one layer give: for the form of an overlay, where fields that are not set show it. */
export function valuesBelow(
  content: JsonObject,
  origins: Readonly<Record<JsonPointer, LeafOriginBody>>,
  layer: string,
): JsonObject {
  const below = (value: JsonObject, pointer: JsonPointer): JsonObject => {
    const members: [string, Json][] = [];
    for (const [name, member] of Object.entries(value)) {
      const place = appendPointer(pointer, name);
      const origin = Object.hasOwn(origins, place) ? origins[place] : undefined;
      if (origin === undefined && isJsonObject(member)) {
        const inner = below(member, place);
        if (Object.keys(inner).length > 0) members.push([name, inner]);
      } else if (origin?.layer === layer) {
        // The highest of those that it hides would hold; null there removed what lay below.
        const hidden = origin.hides.at(-1);
        if (hidden?.pointer === undefined && hidden?.value !== undefined && hidden.value !== null)
          members.push([name, hidden.value as Json]);
      } else members.push([name, member]);
    }
    return Object.fromEntries(members);
  };
  return below(content, '');
}
