import type { DraftBody, EndedDraftBody } from '@binnacle/contracts';
import type { DraftEnd, DraftState, Theirs } from './draft-state';

/** How a draft that is not there any more ended, by the one that ended last. */
export function draftEndOf(
  draft: Pick<DraftBody, 'updatedAt'> | undefined,
  newest: EndedDraftBody | undefined,
): DraftEnd {
  // The server writes both times: one that ended before the last save of this draft was another one.
  const isThis = newest !== undefined && (draft === undefined || newest.endedAt >= draft.updatedAt);
  return isThis ? newest : { outcome: 'gone' };
}

/**
 * What my text and theirs have in common: what was last saved, as long as theirs was made of it. A draft that was not
 * published is in nothing that came after it: then both were made on the published version.
 */
export function commonGround({ draft }: Pick<DraftState, 'draft'>, theirs: Theirs): 'saved' | 'published' {
  if (theirs.kind === 'draft')
    return draft === undefined || theirs.draft.createdAt === draft.createdAt ? 'saved' : 'published';
  return theirs.ended === undefined || theirs.ended.outcome === 'published' ? 'saved' : 'published';
}
