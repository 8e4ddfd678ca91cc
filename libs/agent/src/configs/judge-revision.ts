/** A place in the history of a configuration. */
export type Position = { readonly epoch: string; readonly revision: number };

/**
 * Forward only: a greater epoch is newer whatever its number, as numbers may fall when a database was restored; within
 * an epoch the number decides.
 */
export function isNewer(candidate: Position, reference: Position | null): boolean {
  if (reference === null) return true;
  if (candidate.epoch !== reference.epoch) return candidate.epoch > reference.epoch;
  return candidate.revision > reference.revision;
}

export function isSamePosition(a: Position, b: Position | null): boolean {
  return b !== null && a.epoch === b.epoch && a.revision === b.revision;
}
