import { auditDiff, type AuditDiff, type AuditDiffBounds, type JsonObject } from '@binnacle/domain';

/** Of both sides together. Comparing more would hold up everybody else for more than some tens of milliseconds. */
const MAX_COMPARED_CHARACTERS = 524_288;

export interface Side {
  readonly content: JsonObject;
  /** Length of its canonical JSON. */
  readonly characters: number;
}

export const NOTHING: Side = { content: {}, characters: 2 };

/** What changed between two contents, cut to fit; of very large ones only that it is not told here. */
export function contentDiff(
  from: Side,
  to: Side,
  bounds?: AuditDiffBounds,
): Pick<AuditDiff, 'operations' | 'truncated'> & Partial<AuditDiff> {
  if (from.characters + to.characters > MAX_COMPARED_CHARACTERS) return { operations: [], truncated: true };
  return auditDiff(from.content, to.content, bounds);
}
