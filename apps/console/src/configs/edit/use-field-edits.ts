import type { TextEdit } from '@binnacle/domain/edit-text';
import { useCallback, useRef } from 'react';
import { notifyProblem } from '../../shell/notify';
import type { DraftKeeper } from '../drafts/draft-keeper';
import { inDocumentWorker } from '../work/document-worker';

/** Puts changed fields into the text, one after the other: each is made on what the one before it left. */
export function useFieldEdits(keeper: DraftKeeper): (edit: TextEdit) => void {
  const last = useRef<Promise<void>>(Promise.resolve());
  return useCallback(
    (edit) => {
      last.current = last.current.then(async () => {
        try {
          await editText(keeper, edit);
        } catch (error) {
          notifyProblem(error as Error);
        }
      });
    },
    [keeper],
  );
}

async function editText(keeper: DraftKeeper, edit: TextEdit): Promise<void> {
  for (;;) {
    const { text } = keeper.state;
    const answer = await inDocumentWorker({ kind: 'edit', text, edits: [edit] });
    // Somebody typed meanwhile: the change belongs into the text as it is now.
    if (keeper.state.text !== text) continue;
    if (answer.ok) return keeper.change({ source: answer.source, format: text.format });
    throw new Error(answer.errors[0]?.message ?? 'The text cannot be changed like this.');
  }
}
