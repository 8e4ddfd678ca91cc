import type { DraftSummaryBody } from '@binnacle/contracts';
import { actorName } from '../actor-name';
import { commonGround } from '../drafts/draft-end';
import type { DraftEnd, DraftState, SaveState, Theirs } from '../drafts/draft-state';
import type { DocumentNow } from '../queries';

/** What a person has to know about the document while working on it; the first is the most pressing. */
export type Notice =
  /** `isAnother`: theirs is a draft that took the place of mine, which had ended. */
  | { readonly kind: 'conflict'; readonly theirs: Theirs; readonly isAnother: boolean }
  /** The draft is not there any more: published, or discarded. */
  | { readonly kind: 'draft-gone'; readonly version: number }
  /** Somebody saved the draft, and nothing of mine is unsaved. */
  | { readonly kind: 'newer-draft'; readonly draft: DraftSummaryBody }
  /** Somebody began a draft while I only looked. */
  | { readonly kind: 'draft-began'; readonly draft: DraftSummaryBody }
  | { readonly kind: 'newer-version'; readonly version: number; readonly author: string | undefined }
  | { readonly kind: 'refused'; readonly error: Error };

/**
 * @param now what stands on the server by now, read at `nowReadAtMs`; undefined until it was read
 */
export function noticeOf(
  state: DraftState,
  now: DocumentNow | undefined,
  nowReadAtMs: number,
): Notice | undefined {
  const { save, synced, draft } = state;
  if (save.kind === 'conflict') {
    const { theirs } = save;
    const isAnother = theirs.kind === 'draft' && commonGround(state, theirs) === 'published';
    return { kind: 'conflict', theirs, isAnother };
  }
  if (save.kind === 'refused') return { kind: 'refused', error: save.error };
  if (now === undefined || save.kind === 'saving') return undefined;
  if (synced.draftEtag !== undefined) {
    // An answer from before our own last save knows nothing of it.
    const isFresh = save.kind !== 'saved' || nowReadAtMs > save.atMs;
    if (now.draft === undefined) {
      if (isFresh) return { kind: 'draft-gone', version: now.version };
    } else if (now.draft.etag !== synced.draftEtag && now.draft.updatedAt > (draft?.updatedAt ?? ''))
      return { kind: 'newer-draft', draft: now.draft };
  } else if (now.draft !== undefined) return { kind: 'draft-began', draft: now.draft };
  if (now.version > synced.baseVersion)
    return { kind: 'newer-version', version: now.version, author: now.author };
  return undefined;
}

/** How a draft ended that is not there any more. */
export function endTitle(ended: DraftEnd | undefined): string {
  switch (ended?.outcome) {
    case 'published':
      return `${actorName(ended.endedBy)} published this draft${ended.version === null ? '' : ` as v${ended.version}`}`;
    case 'discarded':
      return `${actorName(ended.endedBy)} discarded this draft`;
    case 'gone':
    case undefined:
      return 'This draft is gone';
  }
}

/** What the bar of the editor says of a draft: one that is gone is not called saved, and cannot be discarded. */
export function shownState(state: DraftState, notice: Notice | undefined): DraftState {
  const isGone =
    notice?.kind === 'draft-gone' || (notice?.kind === 'conflict' && notice.theirs.kind === 'live');
  if (!isGone) return state;
  const save: SaveState = state.save.kind === 'saved' ? { kind: 'untouched' } : state.save;
  return { ...state, save, draft: undefined };
}
