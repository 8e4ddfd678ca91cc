import type {
  AuditDiff,
  AuditDiffBounds,
  ContentChange,
  ContentComparison,
  ContentError,
  ContentLimits,
  RecomposedConfig,
} from '@binnacle/domain';

/** A content as it was sent: text, or (`isParsed`) the JSON of what was an object in the request. */
export interface PrepareTask {
  readonly kind: 'prepare';
  readonly text: string;
  readonly isParsed: boolean;
  readonly format: 'json' | 'yaml';
  readonly limits: ContentLimits;
}

export type PrepareAnswer =
  | { readonly ok: true; readonly canonical: string; readonly hash: string; readonly source: string }
  | { readonly ok: false; readonly errors: readonly ContentError[] };

/** Canonical JSON of documents, and which of them make a config before and after, by index, lowest first. */
export interface RecomposeTask {
  readonly kind: 'recompose';
  readonly texts: readonly string[];
  readonly pairs: readonly { readonly before: readonly number[]; readonly after: readonly number[] }[];
}

/** Two contents as canonical JSON; without `before` there was nothing. */
export interface CompareTask {
  readonly kind: 'compare';
  readonly before: string | undefined;
  readonly after: string;
  readonly bounds: AuditDiffBounds;
}

export interface CompareAnswer {
  readonly change: ContentChange;
  readonly diff: AuditDiff;
}

/** The same for people to look at. */
export interface ShowTask {
  readonly kind: 'show';
  readonly before: string | undefined;
  readonly after: string;
}

/** The layers of a config as canonical JSON, lowest first. */
export interface ExplainTask {
  readonly kind: 'explain';
  readonly layers: readonly ExplainedText[];
}

export interface ExplainedText {
  readonly label: string;
  readonly document: string;
  readonly version: number;
  readonly canonical: string;
  readonly isShown: boolean;
}

/** JSON texts: only to be sent on. */
export type ExplainAnswer =
  | {
      readonly ok: true;
      readonly canonical: string;
      readonly hash: string;
      /** `layers` of the answer, and its `origins`. */
      readonly layers: string;
      readonly origins: string;
    }
  /** It would be many times as long as the config itself. */
  | { readonly ok: false; readonly detail: string };

/** What may take long with large contents: done in another process then. */
export type ContentTask = PrepareTask | RecomposeTask | CompareTask | ShowTask | ExplainTask;
export type ContentAnswer =
  ExplainAnswer | PrepareAnswer | readonly RecomposedConfig[] | CompareAnswer | ContentComparison;
