import type { MergeConflict } from '@binnacle/domain';
import type { TextEdit } from '@binnacle/domain/edit-text';

export type Choice = 'mine' | 'theirs';

/** How many conflicts nobody settled yet. */
export function openConflicts(
  conflicts: readonly MergeConflict[],
  choices: ReadonlyMap<string, Choice>,
): number {
  return conflicts.filter(({ pointer }) => !choices.has(pointer)).length;
}

/** The merged text has what is mine at every conflict: only theirs has to be put in. */
export function choicesAsEdits(
  conflicts: readonly MergeConflict[],
  choices: ReadonlyMap<string, Choice>,
): TextEdit[] {
  return conflicts
    .filter(({ pointer }) => choices.get(pointer) === 'theirs')
    .map(({ pointer, theirs }) =>
      theirs === undefined ? { pointer, remove: true } : { pointer, value: theirs },
    );
}
