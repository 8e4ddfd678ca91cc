import type { ContentError, RecomposedConfig } from '@binnacle/domain';
import type { Lease } from './composition-budget.js';
import type { CompareAnswer } from './content-task.js';

/** What a schema says of a content. */
export interface CheckedContent {
  readonly errors: readonly ContentError[];
  readonly warnings: readonly ContentError[];
}

/**
 * What was found out of contents, with the memory that was taken for it, until it is disposed of. It is known by their hashes. So it holds wherever the same contents come together again: what was
 * calculated before a transaction need not be calculated in it, unless somebody was faster and it is about others.
 */
export class ContentMemo implements Disposable {
  /** Of the documents, and of the schemas, that a transaction may read with it: there is memory for so much. */
  mayReadBytes = Number.MAX_SAFE_INTEGER;
  /** Of that memory, when it is more than a little. */
  lease: Lease | undefined;
  /** Whether looking ahead was put off until it is known that there is something to look for. */
  isPutOff = false;
  /** By the hashes of the layers before and after. */
  readonly recomposed = new Map<string, RecomposedConfig>();
  /** By the hashes of schema and content. */
  readonly checked = new Map<string, CheckedContent>();
  /** By the hashes before and after. */
  readonly compared = new Map<string, CompareAnswer>();

  [Symbol.dispose](): void {
    this.lease?.end();
    this.lease = undefined;
  }
}
