export type Step = 'review' | 'publish';

/** `draft`: go on with the draft at once. `step`: left out while editing. `version`: begin with the text of an old one. */
export interface DocumentSearch {
  readonly draft?: true;
  readonly step?: Step;
}

export interface HistorySearch {
  readonly from?: number;
  readonly to?: number;
  readonly restore?: true;
}

export interface CompareSearch {
  readonly from?: string;
  readonly to?: string;
}
