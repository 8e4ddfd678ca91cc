/**
 * `pending`: waits for a second person. `approved`, `rejected`: got an answer. `superseded`: another revision came, so
 * what was to be approved is not what would be released. `emergency`: released without an answer, for a stated reason.
 */
export const APPROVAL_STATES = ['pending', 'approved', 'rejected', 'superseded', 'emergency'] as const;
export type ApprovalState = (typeof APPROVAL_STATES)[number];

/** What becomes of a new revision: agents get it at once, or once somebody approved it. */
export type ReleaseDecision = 'released' | 'emergency' | 'awaiting_approval';

/** What became of a revision. Of those that are `released`, agents have the newest. */
export const REVISION_STATES = ['released', 'awaiting_approval', 'superseded', 'rejected'] as const;
export type RevisionState = (typeof REVISION_STATES)[number];

/**
 * Whether a new revision waits. One that is what agents run already changes nothing for anybody, and so is released at
 * once: it takes back what waited.
 */
export function decideRelease(
  revision: { readonly isLive: boolean },
  environment: { readonly isProtected: boolean },
  isEmergency: boolean,
): ReleaseDecision {
  if (!environment.isProtected || revision.isLive) return 'released';
  return isEmergency ? 'emergency' : 'awaiting_approval';
}

/** Why somebody may not approve what waits, or undefined. */
export type ApprovalRefusal = 'already_decided' | 'own_change';

/**
 * Nobody approves what he wrote himself, in whole or in part.
 *
 * @param authors the identities of all who wrote what is in the revision and nobody has looked at
 * @param identities who wants to approve it: who answers for him, and for the tokens that his takes the place of
 */
export function refuseApproval(
  state: ApprovalState,
  authors: readonly string[],
  identities: readonly string[],
): ApprovalRefusal | undefined {
  if (state !== 'pending') return 'already_decided';
  return identities.some((identity) => authors.includes(identity)) ? 'own_change' : undefined;
}

/** What became of a revision, by its approval; one that never needed an approval has none. */
export function revisionState(approval: ApprovalState | undefined): RevisionState {
  switch (approval) {
    case undefined:
    case 'approved':
    case 'emergency':
      return 'released';
    case 'pending':
      return 'awaiting_approval';
    case 'superseded':
    case 'rejected':
      return approval;
  }
}
