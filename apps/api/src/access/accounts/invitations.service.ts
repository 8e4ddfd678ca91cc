import { Injectable } from '@nestjs/common';
import {
  type CreatedInvitationBody,
  type CreateInvitation,
  type InvitationBody,
  MAX_OPEN_INVITATIONS,
  type PageQuery,
  Problem,
} from '@binnacle/contracts';
import {
  type Actor,
  type InvitationRecord,
  InvitationStore,
  MemberStore,
  type Mutation,
  type Page,
  TokenStore,
} from '@binnacle/store';
import { Mutations } from '../../changes/mutations.js';
import type { Principal } from '../principal.js';
import { requireExisting } from '../require-existing.js';
import { requireHeld } from './membership-rules.js';
import { makeSecret } from './one-time-secret.js';
import { readGrants } from './stored-grants.js';

/** One-time links by which people come into a workspace. Whether an e-mail has an account is no matter here. */
@Injectable()
export class InvitationsService {
  constructor(
    private readonly mutations: Mutations,
    private readonly invitations: InvitationStore,
    private readonly members: MemberStore,
    private readonly tokens: TokenStore,
  ) {}

  async list(workspaceId: string, page: PageQuery): Promise<Page<InvitationBody>> {
    const { items, nextCursor } = await this.invitations.list(workspaceId, page);
    return { items: items.map(toView), nextCursor };
  }

  /** Those that wait for the same person end: only the newest says what he may do. */
  async create(
    actor: Actor,
    sender: Principal,
    { email, grants }: CreateInvitation,
  ): Promise<CreatedInvitationBody> {
    requireHeld(sender.grants, grants);
    if (await this.members.hasEmail(actor.workspaceId, email))
      throw new Problem('already_member', 'Change what he may do with PATCH /users/{id}.', [
        { pointer: '/email', message: 'is that of a member' },
      ]);
    const { secret, secretHash } = makeSecret('bni_');
    const invitation = await this.mutations.run(actor, async (mutation) => {
      await this.members.lock(mutation, actor.workspaceId);
      await requireExisting(this.tokens, mutation, grants, '/grants');
      await this.revokeOthersFor(mutation, email);
      if ((await this.invitations.countOpen(mutation)) >= MAX_OPEN_INVITATIONS)
        throw new Problem('too_many', `At most ${MAX_OPEN_INVITATIONS} invitations may wait at a time.`);
      const inserted = await this.invitations.insert(mutation, { email, grants, hash: secretHash });
      mutation.audit({
        action: 'invitation.create',
        target: `invitation:${inserted.id}`,
        detail: { email, grants },
      });
      return inserted;
    });
    return { ...toView(invitation), token: secret };
  }

  async revoke(actor: Actor, id: string): Promise<void> {
    await this.mutations.run(actor, async (mutation) => {
      if (!(await this.invitations.revoke(mutation, id)))
        throw new Problem('not_found', 'There is no such invitation that waits.');
      mutation.audit({ action: 'invitation.revoke', target: `invitation:${id}` });
    });
  }

  /** With the members locked: nobody accepts one of them meanwhile. */
  private async revokeOthersFor(mutation: Mutation, email: string): Promise<void> {
    for (const { id } of await this.invitations.openFor(mutation, email)) {
      if (!(await this.invitations.revoke(mutation, id))) continue;
      const detail = { email, reason: 'replaced' };
      mutation.audit({ action: 'invitation.revoke', target: `invitation:${id}`, detail });
    }
  }
}

function toView(record: InvitationRecord): InvitationBody {
  return {
    id: record.id,
    email: record.email,
    grants: readGrants(record.grants),
    createdBy: record.createdBy,
    identity: record.createdByIdentity,
    createdAt: record.createdAt.toISOString(),
    expiresAt: record.expiresAt.toISOString(),
    acceptedAt: record.acceptedAt?.toISOString() ?? null,
    revokedAt: record.revokedAt?.toISOString() ?? null,
  };
}
