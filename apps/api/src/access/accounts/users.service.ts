import { Injectable } from '@nestjs/common';
import { type ChangeUser, type PageQuery, Problem, type UserBody } from '@binnacle/contracts';
import { type Actor, type MemberRecord, MemberStore, type Page, TokenStore } from '@binnacle/store';
import { Mutations } from '../../changes/mutations.js';
import type { Principal } from '../principal.js';
import { requireExisting } from '../require-existing.js';
import { isFullAdmin, requireHeld, requireOtherAdmin } from './membership-rules.js';
import { Standing } from './standing.js';
import { readGrants } from './stored-grants.js';

/** The members of a workspace and what they may do in it. */
@Injectable()
export class UsersService {
  constructor(
    private readonly mutations: Mutations,
    private readonly members: MemberStore,
    private readonly standing: Standing,
    private readonly tokens: TokenStore,
  ) {}

  async list(workspaceId: string, page: PageQuery): Promise<Page<UserBody>> {
    const { items, nextCursor } = await this.members.list(workspaceId, page);
    return { items: items.map(toView), nextCursor };
  }

  async read(workspaceId: string, id: string): Promise<UserBody> {
    const member = await this.members.find(workspaceId, id);
    if (member === undefined) throw unknownUser();
    return toView(member);
  }

  async change(actor: Actor, sender: Principal, id: string, { grants }: ChangeUser): Promise<UserBody> {
    requireHeld(sender.grants, grants);
    const { workspaceId } = actor;
    return this.mutations.run(actor, async (mutation) => {
      await this.members.lock(mutation, workspaceId);
      const member = await this.members.read(mutation, workspaceId, id);
      if (member === undefined) throw unknownUser();
      await requireExisting(this.tokens, mutation, grants, '/grants');
      const before = readGrants(member.grants);
      if (isFullAdmin(before) && !isFullAdmin(grants))
        await requireOtherAdmin(this.members, mutation, workspaceId, id);
      await this.members.setGrants(mutation, workspaceId, id, grants);
      mutation.audit({
        action: 'user.grant',
        target: `user:${id}`,
        detail: { email: member.email, before, after: grants },
      });
      await this.standing.takeBack(mutation, id, grants, 'demoted');
      mutation.announce({ kind: 'access', workspaceId, subject: id });
      return toView({ ...member, grants });
    });
  }

  /** Ends the membership, the tokens that the person answers for, and his invitations; the account stays. */
  async remove(actor: Actor, id: string): Promise<void> {
    const { workspaceId } = actor;
    await this.mutations.run(actor, async (mutation) => {
      await this.members.lock(mutation, workspaceId);
      const member = await this.members.read(mutation, workspaceId, id);
      if (member === undefined) throw unknownUser();
      if (isFullAdmin(readGrants(member.grants)))
        await requireOtherAdmin(this.members, mutation, workspaceId, id);
      await this.members.remove(mutation, workspaceId, id);
      const isOwnWish = actor.identity === `user:${id}`;
      const action = isOwnWish ? 'user.leave' : 'user.remove';
      mutation.audit({ action, target: `user:${id}`, detail: { email: member.email } });
      await this.standing.takeBack(mutation, id, [], isOwnWish ? 'left' : 'removed');
      mutation.announce({ kind: 'access', workspaceId, subject: id });
    });
  }
}

function unknownUser(): Problem {
  return new Problem('not_found', 'There is no such user in this workspace.');
}

function toView({ userId, email, name, grants, createdAt, createdBy }: MemberRecord): UserBody {
  return {
    id: userId,
    email,
    name,
    grants: readGrants(grants),
    memberSince: createdAt.toISOString(),
    addedBy: createdBy,
  };
}
