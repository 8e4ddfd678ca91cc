import { Injectable } from '@nestjs/common';
import {
  type ApprovalBody,
  type ApprovalWithChangesBody,
  type Approve,
  type DecideWithReason,
  grantsAllow,
  grantsInclude,
  type ListApprovalsQuery,
  type Permission,
  Problem,
  type RejectedApprovalBody,
} from '@binnacle/contracts';
import { type ApprovalRefusal, describeChanges, type JsonObject, refuseApproval } from '@binnacle/domain';
import {
  type Actor,
  type ApprovalRecord,
  ApprovalStore,
  type LockedApproval,
  type Page,
  RevisionStore,
  type SqlMutation,
  TokenStore,
} from '@binnacle/store';
import type { Principal } from '../access/principal.js';
import { Mutations } from '../changes/mutations.js';
import { contentDiff, NOTHING, type Side } from '../configs/content-diff.js';
import { secretChanges, stillPublished, stillSet, toApprovalView } from './approval.view.js';

/** A review shows more of a change than the audit keeps. */
const REVIEW_BOUNDS = { maxOperations: 1_000, maxBytes: 262_144 };

/** Revisions that wait in protected environments for a second person, and their decisions. */
@Injectable()
export class ApprovalsService {
  constructor(
    private readonly mutations: Mutations,
    private readonly approvals: ApprovalStore,
    private readonly revisions: RevisionStore,
    private readonly tokens: TokenStore,
  ) {}

  /** Only what the sender may read. */
  async list(workspaceId: string, sender: Principal, query: ListApprovalsQuery): Promise<Page<ApprovalBody>> {
    const scopes = sender.grants.filter((grant) => grantsInclude([grant], 'config:read'));
    const { state, service, environment } = query;
    const filter = { state, service, environment, scopes };
    const { items, nextCursor } = await this.approvals.list(workspaceId, filter, query);
    return { items: items.map(toApprovalView), nextCursor };
  }

  /** With what it would change, or did. */
  async read(workspaceId: string, sender: Principal, id: string): Promise<ApprovalWithChangesBody> {
    const approval = found(await this.approvals.find(workspaceId, id));
    mustBeAllowed(sender, 'config:read', approval);
    const pair = { workspaceId, service: approval.service, environment: approval.environment };
    const [from, to] = await Promise.all([
      this.revisions.findReleasedBefore(pair, approval.revision),
      this.revisions.find(pair, approval.revision),
    ]);
    if (to === undefined) throw new Error(`The approval ${id} is for a revision that is not there`);
    const [before, after] = [toSide(from?.content), toSide(to.content)];
    const diff = contentDiff(before, after, REVIEW_BOUNDS);
    // Where the patch was too large to be made, this is as well.
    const { changes: described } =
      diff.operations.length === 0 ? { changes: [] } : describeChanges(before.content, after.content);
    return {
      ...toApprovalView(approval),
      from: from === undefined ? null : { revision: from.number, hash: from.hash },
      to: { revision: to.number, hash: to.hash },
      changes: [...diff.operations],
      described: [...described],
      changesTruncated: diff.truncated,
      secretChanges: secretChanges(from?.secrets ?? {}, to.secrets),
      authors: [...new Set(approval.authors.map(({ name }) => name))],
    };
  }

  /** @throws Problem own_change when the sender wrote a part of it */
  approve(actor: Actor, sender: Principal, id: string, { comment }: Approve): Promise<ApprovalBody> {
    return this.decide(actor, sender, id, 'config:publish', async (mutation, approval) => {
      const authors = approval.authors.map(({ identity }) => identity);
      const behind =
        actor.via === 'token' ? await this.tokens.identitiesBehind(mutation, actor.credential) : [];
      const refusal = refuseApproval(approval.state, authors, [actor.identity, ...behind]);
      if (refusal !== undefined) throw refused(refusal, approval);
      mustNotBeArchived(approval);
      const decided = await this.approvals.decide(mutation, approval, 'approved', comment ?? null);
      audit(mutation, 'approval.approve', approval, { comment });
      return toApprovalView(decided);
    });
  }

  /** Also for an author, who withdraws it. */
  async reject(
    actor: Actor,
    sender: Principal,
    id: string,
    { reason }: DecideWithReason,
  ): Promise<RejectedApprovalBody> {
    const { workspaceId } = actor;
    const asked = found(await this.approvals.find(workspaceId, id));
    mustBeAllowed(sender, 'config:publish', asked);
    // Before the transaction, which holds a connection of its own: what they say of a revision never changes.
    const leftovers = await this.leftovers(workspaceId, asked);
    return this.decide(actor, sender, id, 'config:publish', async (mutation, approval) => {
      const decided = await this.approvals.decide(mutation, approval, 'rejected', reason);
      audit(mutation, 'approval.reject', approval, { reason });
      return { ...toApprovalView(decided), ...leftovers };
    });
  }

  /** Releases it without a second person. */
  emergency(
    actor: Actor,
    sender: Principal,
    id: string,
    { reason }: DecideWithReason,
  ): Promise<ApprovalBody> {
    return this.decide(actor, sender, id, 'config:emergency', async (mutation, approval) => {
      mustNotBeArchived(approval);
      const decided = await this.approvals.decide(mutation, approval, 'emergency', reason);
      audit(mutation, 'release.emergency', approval, { reason });
      return toApprovalView(decided);
    });
  }

  /** The path names no service: what the grants say is looked at here, where it is known which one it is. */
  private decide<Answer>(
    actor: Actor,
    sender: Principal,
    id: string,
    needed: Permission,
    work: (mutation: SqlMutation, approval: LockedApproval) => Promise<Answer>,
  ): Promise<Answer> {
    return this.mutations.runSql(actor, async (mutation) => {
      const approval = found(await this.approvals.lock(mutation, id));
      mustBeAllowed(sender, needed, approval);
      if (approval.state !== 'pending') throw alreadyDecided(approval);
      return work(mutation, approval);
    });
  }

  private async leftovers(
    workspaceId: string,
    approval: ApprovalRecord,
  ): Promise<Pick<RejectedApprovalBody, 'hint' | 'stillPublished' | 'secrets'>> {
    const pair = { workspaceId, service: approval.service, environment: approval.environment };
    const [released, rejected] = await Promise.all([
      this.revisions.findReleasedBefore(pair, approval.revision),
      this.revisions.find(pair, approval.revision),
    ]);
    const documents = stillPublished(released?.layers ?? {}, rejected?.layers ?? {});
    const secrets = stillSet(released?.secrets ?? {}, rejected?.secrets ?? {});
    return { hint: hintFor(documents, secrets), stillPublished: documents, secrets };
  }
}

function hintFor(documents: readonly unknown[], secrets: readonly unknown[]): string {
  const hints = [
    ...(documents.length === 0
      ? []
      : [
          'The documents still hold what was rejected, and the next publish asks for it again: roll them back.',
        ]),
    ...(secrets.length === 0
      ? []
      : [
          'The secrets still have the value that was rejected, and the next publish asks for it again: put the old ' +
            'value again (who may reveal it can see it).',
        ]),
  ];
  return hints.length === 0 ? 'Nothing has to be changed.' : hints.join(' ');
}

function audit(
  mutation: SqlMutation,
  action: string,
  { id, service, environment, revision, author }: LockedApproval,
  said: Record<string, unknown>,
): void {
  mutation.audit({
    action,
    target: `approval:${id}`,
    service,
    environment,
    detail: { revision, author, ...said },
  });
}

function toSide(content: string | undefined): Side {
  if (content === undefined) return NOTHING;
  return { content: JSON.parse(content) as JsonObject, characters: content.length };
}

function found<Approval extends ApprovalRecord>(approval: Approval | undefined): Approval {
  if (approval === undefined) throw new Problem('not_found', 'There is no such approval.');
  return approval;
}

function mustBeAllowed(sender: Principal, needed: Permission, approval: ApprovalRecord): void {
  const { service, environment } = approval;
  if (grantsAllow(sender.grants, needed, { service, environment })) return;
  const touched = { service, environment };
  throw new Problem('forbidden', `This needs ${needed} for ${placeOf(approval)}.`, undefined, touched);
}

function mustNotBeArchived({ service, isServiceArchived }: LockedApproval): void {
  if (isServiceArchived)
    throw new Problem('in_use', `The service ${service} is archived: nothing can be released for it.`);
}

function refused(refusal: ApprovalRefusal, approval: ApprovalRecord): Problem {
  switch (refusal) {
    case 'already_decided':
      return alreadyDecided(approval);
    case 'own_change':
      return ownChange(approval);
  }
}

function ownChange(approval: ApprovalRecord): Problem {
  const { service, environment } = approval;
  const detail = `You wrote a part of what would be released. It needs another person who may publish ${placeOf(approval)}.`;
  return new Problem('own_change', detail, undefined, { service, environment });
}

function alreadyDecided({ state, decidedBy, revision }: ApprovalRecord): Problem {
  const by = decidedBy === null ? '' : ` by ${decidedBy}`;
  const what =
    state === 'superseded'
      ? `Another revision came after ${revision}: that one is to be looked at now.`
      : `It is ${state} already${by}.`;
  return new Problem('already_decided', what);
}

function placeOf({ service, environment }: ApprovalRecord): string {
  return `${service} in ${environment}`;
}
