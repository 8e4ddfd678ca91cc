import { Injectable } from '@nestjs/common';
import {
  type CreatedInvitationBody,
  type CreateInvitation,
  type InvitationBody,
  MAX_OPEN_INVITATIONS,
  type PageQuery,
  Problem,
} from '@binnacle/contracts';
import { type Actor, type InvitationRecord, InvitationStore, MemberStore, type Page } from '@binnacle/store';
import { Mutations } from '../../changes/mutations.js';
import type { Principal } from '../principal.js';
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
  ) {}

  async list(workspaceId: string, page: PageQuery): Promise<Page<InvitationBody>> {
    const { items, nextCursor } = await this.invitations.list(workspaceId, page);
    return { items: items.map(toView), nextCursor };
  }

  async create(
    actor: Actor,
    sender: Principal,
    { email, grants }: CreateInvitation,
  ): Promise<CreatedInvitationBody> {
    requireHeld(sender.grants, grants);
    if (await this.members.hasEmail(actor.workspaceId, email))
      throw new Problem('already_exists', 'This person belongs to the workspace already.', [
        { pointer: '/email', message: 'is that of a member' },
      ]);
    const { secret, secretHash } = makeSecret('bni_');
    const invitation = await this.mutations.run(actor, async (mutation) => {
      await this.members.lock(mutation, actor.workspaceId);
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
}

function toView(record: InvitationRecord): InvitationBody {
  return {
    id: record.id,
    email: record.email,
    grants: readGrants(record.grants),
    createdBy: record.createdBy,
    createdAt: record.createdAt.toISOString(),
    expiresAt: record.expiresAt.toISOString(),
    acceptedAt: record.acceptedAt?.toISOString() ?? null,
    revokedAt: record.revokedAt?.toISOString() ?? null,
  };
}
