import type { DocumentBody, DraftBody, EndedDraftBody } from '@binnacle/contracts';
import type { ContentFormat } from '@binnacle/domain/parse-content';

export interface DraftText {
  readonly source: string;
  readonly format: ContentFormat;
}

/** What the text was last known to be on the server, and what a save says about it. */
export interface Synced extends DraftText {
  /** Undefined while there is no draft: then the published version is what a save builds on. */
  readonly draftEtag: string | undefined;
  /** The published version that the text was made on; 0 when there was none. */
  readonly baseVersion: number;
}

/** What stands on the server where ours was to go. */
export type Theirs =
  | { readonly kind: 'draft'; readonly draft: DraftBody }
  | {
      readonly kind: 'live';
      readonly live: DocumentBody | undefined;
      /** How the draft ended that was continued; undefined when there was none yet. */
      readonly ended: DraftEnd | undefined;
    };

/** `gone`: nobody knows any more how it ended. */
export type DraftEnd = EndedDraftBody | { readonly outcome: 'gone' };

export type SaveState =
  | { readonly kind: 'untouched' }
  | { readonly kind: 'dirty' }
  | { readonly kind: 'saving' }
  | { readonly kind: 'saved'; readonly atMs: number }
  /** No answer: tried again until there is one. `isKept`: this browser has the text until then. */
  | { readonly kind: 'offline'; readonly isKept: boolean }
  | { readonly kind: 'conflict'; readonly theirs: Theirs }
  | { readonly kind: 'refused'; readonly error: Error };

export interface DraftState {
  readonly save: SaveState;
  readonly text: DraftText;
  readonly synced: Synced;
  /** The answer to the last save; undefined until there is a draft. */
  readonly draft: DraftBody | undefined;
}

/** What saving a draft needs of the server. */
export interface DraftPort {
  /** `basedOn`: the ETag of the draft, or the published version while there is none. */
  save(
    request: DraftText & { readonly basedOn: string | number | undefined; readonly baseVersion?: number },
  ): Promise<DraftBody>;
  readDraft(): Promise<DraftBody | undefined>;
  readLive(): Promise<DocumentBody | undefined>;
  /** The draft that ended last. */
  readEnded(): Promise<EndedDraftBody | undefined>;
}
