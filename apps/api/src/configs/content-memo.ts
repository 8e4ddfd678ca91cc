import type { ContentError, RecomposedConfig } from '@binnacle/domain';
import type { CompareAnswer } from './content-task.js';

/** What a schema says of a content. */
export interface CheckedContent {
  readonly errors: readonly ContentError[];
  readonly warnings: readonly ContentError[];
}

/**
 * What was found out of contents, by their hashes. So it holds wherever the same contents come together again: what was
 * calculated before a transaction need not be calculated in it, unless somebody was faster and it is about others.
 */
export class ContentMemo {
  /** Whether looking ahead was put off until it is known that there is something to look for. */
  isPutOff = false;
  /** By the hashes of the layers before and after. */
  readonly recomposed = new Map<string, RecomposedConfig>();
  /** By the hashes of schema and content. */
  readonly checked = new Map<string, CheckedContent>();
  /** By the hashes before and after. */
  readonly compared = new Map<string, CompareAnswer>();
}
