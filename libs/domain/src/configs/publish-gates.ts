import type { ChangeCounts } from './count-changes.js';

/**
 * Why a publish has to be confirmed: `keys` when most of the leaves would be changed or removed, `shrinks` when less than
 * half of the text would be left, `grows` when it would nearly double. What was cut off, pasted twice or meant for
 * somewhere else looks like that.
 */
export type PublishGate =
  | { readonly kind: 'keys'; readonly of: number; readonly changed: number; readonly removed: number }
  | { readonly kind: 'shrinks' | 'grows'; readonly from: number; readonly to: number };

/** A content as the gates see it. */
export interface ContentSize {
  readonly leaves: number;
  /** Length of its canonical JSON. */
  readonly characters: number;
}

/** Below these it is quicker to look than to ask. */
const MIN_LEAVES = 20;
const MIN_CHARACTERS = 4_096;
const MAX_SHARE = 0.5;
const MIN_RATIO = 0.5;
const MAX_RATIO = 1.9;

/** The gates that a change from what is live does not pass by itself; none for what is small or new. */
export function findPublishGates(live: ContentSize, next: ContentSize, counts: ChangeCounts): PublishGate[] {
  const gates: PublishGate[] = [];
  const { changed, removed } = counts;
  if (live.leaves >= MIN_LEAVES && changed + removed > live.leaves * MAX_SHARE)
    gates.push({ kind: 'keys', of: live.leaves, changed, removed });
  if (live.characters < MIN_CHARACTERS) return gates;
  const sizes = { from: live.characters, to: next.characters };
  if (next.characters < live.characters * MIN_RATIO) gates.push({ kind: 'shrinks', ...sizes });
  if (next.characters > live.characters * MAX_RATIO) gates.push({ kind: 'grows', ...sizes });
  return gates;
}

/** What a gate says, in a sentence without its subject. */
export function describeGate(gate: PublishGate): string {
  switch (gate.kind) {
    case 'keys':
      return `changes ${gate.changed} and removes ${gate.removed} of ${gate.of} values`;
    case 'shrinks':
      return `shrinks from ${gate.from} to ${gate.to} characters`;
    case 'grows':
      return `grows from ${gate.from} to ${gate.to} characters`;
  }
}
