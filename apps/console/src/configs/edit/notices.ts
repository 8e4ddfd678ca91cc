import type { DraftSummaryBody } from '@binnacle/contracts';
import type { DraftState, Theirs } from '../drafts/draft-state';
import type { DocumentNow } from '../queries';

/** What a person has to know about the document while working on it; the first is the most pressing. */
export type Notice =
  | { readonly kind: 'conflict'; readonly theirs: Theirs }
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
  if (save.kind === 'conflict') return { kind: 'conflict', theirs: save.theirs };
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
