import { Injectable } from '@nestjs/common';
import {
  type AcceptedInvitationBody,
  type AcceptInvitation,
  MAX_MEMBERS,
  MAX_MEMBERSHIPS,
  Problem,
} from '@binnacle/contracts';
import {
  auditAs,
  type InvitationRecord,
  InvitationStore,
  isUniqueViolation,
  MemberStore,
  type Mutation,
  UserStore,
} from '@binnacle/store';
import { Mutations } from '../../changes/mutations.js';
import type { Principal } from '../principal.js';
import { personActor, type RequestOrigin } from './account-actor.js';
import { Credentials } from './credentials.js';
import { hashOfSecret } from './one-time-secret.js';
import { PasswordHasher } from './password-hasher.js';
import { checkNewPassword } from './password-rules.js';
import { Standing } from './standing.js';
import { readGrants } from './stored-grants.js';

const NOT_ANY_MORE =
  'Whoever made this invitation may not give so much any more. Ask for a new one, of somebody who may.';

interface Person {
  readonly id: string;
  readonly email: string;
}

/**
 * Takes people into the workspace that they were invited to. Who made the invitation holds its token too, so nothing
 * here tells whether its e-mail has an account, short of the account that it makes.
 */
@Injectable()
export class InvitationAcceptanceService {
  constructor(
    private readonly mutations: Mutations,
    private readonly invitations: InvitationStore,
    private readonly members: MemberStore,
    private readonly users: UserStore,
    private readonly credentials: Credentials,
    private readonly hasher: PasswordHasher,
    private readonly standing: Standing,
  ) {}

  async accept(
    body: AcceptInvitation,
    sender: Principal | undefined,
    origin: RequestOrigin,
  ): Promise<AcceptedInvitationBody> {
    const invitation = await this.invitations.findOpen(hashOfSecret(body.token));
    if (invitation === undefined) throw gone();
    const { email } = invitation;
    const isSignedIn = sender?.userId !== undefined && sender.name === `user:${email}`;
    if (isSignedIn) await this.join(invitation, { id: sender.userId, email }, origin);
    else await this.acceptByPassword(invitation, body, origin);
    return { email, workspace: { id: invitation.workspaceId, name: invitation.workspaceName } };
  }

  private async acceptByPassword(
    invitation: InvitationRecord,
    { name, password }: AcceptInvitation,
    origin: RequestOrigin,
  ): Promise<void> {
    const { email } = invitation;
    if (password === undefined)
      throw new Problem(
        'invalid_request',
        'Sign in as the invited person, or give the password of that account, or a name and a password for a new one.',
        [{ pointer: '/password', message: 'is needed' }],
      );
    // Before anybody looks whether there is an account; one that there is passes.
    checkNewPassword(password, email, '/password');
    const isNew = name !== undefined && (await this.users.findByEmail(email)) === undefined;
    if (isNew && (await this.makeAccount(invitation, name, password, origin))) return;
    await this.join(invitation, await this.credentials.check(email, password, origin), origin);
  }

  /** False when somebody has made an account of this e-mail at the same moment. */
  private async makeAccount(
    invitation: InvitationRecord,
    name: string,
    password: string,
    origin: RequestOrigin,
  ): Promise<boolean> {
    const { email, workspaceId } = invitation;
    const passwordHash = await this.hasher.hash(password);
    const actor = personActor({ id: '', email }, workspaceId, origin);
    try {
      await this.mutations.runInstallation(actor, async (mutation) => {
        await this.claim(mutation, invitation);
        const user = await this.users.insert(mutation, { email, name, passwordHash, isOperator: false });
        await this.admit(mutation, invitation, user, origin);
      });
      return true;
    } catch (error) {
      if (isUniqueViolation(error)) return false;
      throw error;
    }
  }

  private async join(invitation: InvitationRecord, person: Person, origin: RequestOrigin): Promise<void> {
    const actor = personActor(person, invitation.workspaceId, origin);
    await this.mutations.runInstallation(actor, async (mutation) => {
      await this.members.lockPerson(mutation, person.id);
      await this.claim(mutation, invitation);
      if ((await this.members.read(mutation, invitation.workspaceId, person.id)) !== undefined)
        throw new Problem('already_member', 'You belong to this workspace already.');
      if ((await this.members.countOf(mutation, person.id)) >= MAX_MEMBERSHIPS)
        throw new Problem('too_many', `A person belongs to at most ${MAX_MEMBERSHIPS} workspaces.`);
      await this.admit(mutation, invitation, person, origin);
    });
  }

  /** Uses the invitation up; whoever comes with it at the same moment waits, and then finds it used. */
  private async claim(mutation: Mutation, { id, workspaceId }: InvitationRecord): Promise<void> {
    await this.members.lock(mutation, workspaceId);
    if (!(await this.invitations.accept(mutation, id))) throw gone();
    if ((await this.members.count(mutation, workspaceId)) >= MAX_MEMBERS)
      throw new Problem('too_many', `A workspace has at most ${MAX_MEMBERS} people.`);
  }

  private async admit(
    mutation: Mutation,
    { id, workspaceId, grants, createdBy, createdByIdentity }: InvitationRecord,
    person: Person,
    origin: RequestOrigin,
  ): Promise<void> {
    const given = readGrants(grants);
    await this.standing.require(mutation, workspaceId, createdByIdentity, given, NOT_ANY_MORE);
    await this.members.insert(mutation, {
      workspaceId,
      userId: person.id,
      grants: given,
      createdBy,
    });
    mutation.announce({ kind: 'access', workspaceId, subject: person.id });
    await auditAs(mutation, personActor(person, workspaceId, origin), {
      action: 'invitation.accept',
      target: `invitation:${id}`,
      detail: { email: person.email, user: person.id, grants: given },
    });
  }
}

function gone(): Problem {
  return new Problem(
    'not_found',
    'This invitation was used or taken back, or its time is over. Ask for a new one.',
  );
}
