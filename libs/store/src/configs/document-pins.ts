import type { DocumentPins } from '@binnacle/domain';

/**
 * How a revision keeps the documents that went into it: pairs, as `jsonb` loses the order of an object's keys, and the
 * order is that of the layers. Rows of before have an object.
 */
export type KeptDocumentPins = DocumentPins | readonly (readonly [document: string, version: number])[];

export function keepDocumentPins(pins: DocumentPins): KeptDocumentPins {
  return Object.entries(pins);
}

/** Lowest layer first, for what was kept as pairs. */
export function readDocumentPins(kept: KeptDocumentPins): DocumentPins {
  return isPairs(kept) ? Object.fromEntries(kept) : kept;
}

function isPairs(kept: KeptDocumentPins): kept is Exclude<KeptDocumentPins, DocumentPins> {
  return Array.isArray(kept);
}

/** The same in SQL: rows of `document` and `version` out of an expression that gives a revision's `layers`. */
export const pinsIn = (layers: string): string => `(
  select l.value ->> 0 as document, (l.value ->> 1)::int as version
  from jsonb_array_elements(case when jsonb_typeof(${layers}) = 'array' then ${layers} else '[]' end) l
  union all
  select o.key, o.value::int
  from jsonb_each_text(case when jsonb_typeof(${layers}) = 'object' then ${layers} else '{}' end) o
)`;
