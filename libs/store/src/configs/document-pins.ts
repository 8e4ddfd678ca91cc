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
