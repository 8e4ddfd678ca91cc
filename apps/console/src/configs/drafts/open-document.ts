import type { DocumentBody, DraftBody } from '@binnacle/contracts';
import type { DraftText, Synced } from './draft-state';
import type { KeptText } from './kept-texts';

/** What a document begins with that was never published. */
export const EMPTY_DOCUMENT: Synced = { source: '', format: 'yaml', draftEtag: undefined, baseVersion: 0 };

/** How an editor begins. */
export type Opening =
  /** A first change begins a draft. `text`: unsaved text of an earlier visit, which continues it exactly. */
  | { readonly kind: 'live'; readonly synced: Synced; readonly text: DraftText | undefined }
  | {
      readonly kind: 'draft';
      readonly synced: Synced;
      readonly draft: DraftBody;
      readonly text: DraftText | undefined;
    }
  /** There is a draft, and nobody chose yet what becomes of it: what is live is shown. */
  | { readonly kind: 'choose'; readonly synced: Synced; readonly draft: DraftBody };

export interface OpenedWith {
  readonly live: DocumentBody | undefined;
  readonly draft: DraftBody | undefined;
  readonly kept: KeptText | undefined;
  /** The person chose to go on with the draft: now, or by the address of the page. */
  readonly wantsDraft: 'now' | 'by-address' | 'no';
}

/** `leftover`: unsaved text of an earlier visit that does not fit any more; it has to be brought in by hand. */
export function openDocument({ live, draft, kept, wantsDraft }: OpenedWith): {
  readonly opening: Opening;
  readonly leftover: KeptText | undefined;
} {
  const synced = syncedWithLive(live);
  const fits =
    kept !== undefined &&
    kept.draftEtag === draft?.etag &&
    kept.baseVersion === (draft?.baseVersion ?? synced.baseVersion);
  const text = fits ? { source: kept.source, format: kept.format } : undefined;
  const leftover = fits ? undefined : kept;
  if (draft === undefined) return { opening: { kind: 'live', synced, text }, leftover };
  // The address of a draft that something was published after leads to what is live, with the draft in sight.
  const isCurrent = draft.baseVersion === synced.baseVersion;
  if (wantsDraft === 'now' || (wantsDraft === 'by-address' && isCurrent))
    return { opening: { kind: 'draft', synced: syncedWithDraft(draft), draft, text }, leftover };
  return { opening: { kind: 'choose', synced, draft }, leftover };
}

export function syncedWithLive(live: DocumentBody | undefined): Synced {
  if (live === undefined) return EMPTY_DOCUMENT;
  return { source: live.source, format: live.format, draftEtag: undefined, baseVersion: live.version };
}

export function syncedWithDraft({ source, format, etag, baseVersion }: DraftBody): Synced {
  return { source, format, draftEtag: etag, baseVersion };
}
