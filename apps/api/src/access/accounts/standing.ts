import { Injectable } from '@nestjs/common';
import { type Grant, grantSchema, mayGive, Problem } from '@binnacle/contracts';
import { InvitationStore, MemberStore, type Mutation, type TokenRecord, TokenStore } from '@binnacle/store';
import { ADMIN_TOKEN_ID } from '../token-authenticator.js';
import { readGrants } from './stored-grants.js';

const ADMIN: Grant = { role: 'admin', services: [], environments: [], permissions: [] };
const USER_PREFIX = 'user:';

/** Why something was taken back. */
type LossReason = 'removed' | 'left' | 'demoted';

/**
 * Keeps what somebody gave within what he has: an invitation or a token never allows more than whoever answers for it
 * may give.
 */
@Injectable()
export class Standing {
  constructor(
    private readonly members: MemberStore,
    private readonly tokens: TokenStore,
    private readonly invitations: InvitationStore,
  ) {}

  /** Holds off whoever would change what members of the actor's workspace may do, until the transaction ends. */
  async hold(mutation: Mutation): Promise<void> {
    await this.members.lock(mutation, mutation.actor.workspaceId);
  }

  /** While it is held. @throws Problem forbidden when this identity may not, or not any more, give all of these */
  async require(
    mutation: Mutation,
    workspaceId: string,
    identity: string,
    given: readonly Grant[],
    detail: string,
  ): Promise<void> {
    const held = await this.heldBy(mutation, workspaceId, identity);
    if (given.some((grant) => !mayGive(held, grant))) throw new Problem('forbidden', detail);
  }

  /** While it is held: of a person who may do only this now, in the actor's workspace: ends what he gave that goes beyond. */
  async takeBack(
    mutation: Mutation,
    userId: string,
    held: readonly Grant[],
    reason: LossReason,
  ): Promise<void> {
    const { workspaceId } = mutation.actor;
    const identity = `${USER_PREFIX}${userId}`;
    for (const token of await this.tokens.liveOf(mutation, workspaceId, identity)) {
      const grant = grantOf(token);
      if (held.length > 0 && grant !== undefined && mayGive(held, grant)) continue;
      if (!(await this.tokens.revoke(mutation, token.id))) continue;
      const detail = { name: token.name, reason, identity };
      mutation.audit({ action: 'token.revoke', target: `token:${token.id}`, detail });
      mutation.announce({ kind: 'token', workspaceId, tokenId: token.id });
    }
    for (const { id, email, grants } of await this.invitations.openOf(mutation, identity)) {
      if (held.length > 0 && readGrants(grants).every((grant) => mayGive(held, grant))) continue;
      if (!(await this.invitations.revoke(mutation, id))) continue;
      const detail = { email, reason, identity };
      mutation.audit({ action: 'invitation.revoke', target: `invitation:${id}`, detail });
    }
  }

  /** Those of the person, or those of all tokens that answer as this identity: rotations keep it. */
  private async heldBy(mutation: Mutation, workspaceId: string, identity: string): Promise<readonly Grant[]> {
    if (identity === ADMIN_TOKEN_ID) return [ADMIN];
    if (identity.startsWith(USER_PREFIX)) {
      const member = await this.members.read(mutation, workspaceId, identity.slice(USER_PREFIX.length));
      return readGrants(member?.grants);
    }
    const tokens = await this.tokens.liveOf(mutation, workspaceId, identity);
    return tokens.map(grantOf).filter((grant) => grant !== undefined);
  }
}

function grantOf({ role, services, environments, permissions }: TokenRecord): Grant | undefined {
  return grantSchema.safeParse({ role, services, environments, permissions }).data;
}
