import { Injectable } from '@nestjs/common';
import {
  MAX_MEMBERSHIPS,
  type PageQuery,
  Problem,
  type SessionBody,
  type SessionStateBody,
  type SignIn,
} from '@binnacle/contracts';
import {
  type Actor,
  auditAs,
  MemberStore,
  type MembershipRecord,
  type Mutation,
  type Page,
  type EndedSession,
  SessionStore,
  type UserRecord,
  WorkspaceStore,
} from '@binnacle/store';
import { Mutations } from '../../changes/mutations.js';
import type { Principal } from '../principal.js';
import { personActor, type RequestOrigin } from './account-actor.js';
import { AccountLog } from './account-log.js';
import { Credentials } from './credentials.js';
import { hashOfSecret, makeSecret } from './one-time-secret.js';
import type { PersonPrincipal } from './person.decorator.js';
import { SessionPace } from './session-pace.js';
import { csrfTokenOf } from './session-cookie.js';
import { readGrants } from './stored-grants.js';

/** A session with the new secret that its cookie is to carry from now on. */
export interface IssuedSession {
  readonly secret: string;
  readonly expiresAt: Date;
}

/** Signs people in and out. A session gets a new secret with everything that changes what it stands for. */
@Injectable()
export class SessionsService {
  constructor(
    private readonly mutations: Mutations,
    private readonly sessions: SessionStore,
    private readonly members: MemberStore,
    private readonly workspaces: WorkspaceStore,
    private readonly credentials: Credentials,
    private readonly pace: SessionPace,
    private readonly log: AccountLog,
  ) {}

  /** A session that the browser had before ends. Told to the workspace that the session begins in, and to no other. */
  async signIn(
    { email, password }: SignIn,
    origin: RequestOrigin,
    secretBefore: string | undefined,
  ): Promise<IssuedSession> {
    const user = await this.credentials.check(email, password, origin);
    await this.pace.spendSignIn(user.id);
    const [memberships, last, before] = await Promise.all([
      this.members.membershipsOf(user.id, MAX_MEMBERSHIPS),
      this.sessions.lastWorkspaceOf(user.id),
      secretBefore === undefined ? undefined : this.sessions.findOpen(hashOfSecret(secretBefore)),
    ]);
    const { workspaceId } = memberships.find((one) => one.workspaceId === last) ?? memberships[0] ?? {};
    const { secret, secretHash } = makeSecret('bns_');
    const actor = personActor(user, workspaceId ?? '', origin);
    const { address, userAgent } = origin;
    const action = 'session.sign-in';
    const { id, expiresAt } = await this.mutations.runInstallation(actor, async (mutation) => {
      if (before !== undefined && (await this.sessions.revoke(mutation, before.userId, before.id)))
        await noteEnd(mutation, before, { ...before, id: before.userId }, 'replaced', origin);
      const session = await this.sessions.insert(mutation, {
        userId: user.id,
        hash: secretHash,
        workspaceId: workspaceId ?? null,
        address,
        userAgent,
      });
      for (const ended of session.ended) await noteEnd(mutation, ended, user, 'too-many', origin);
      if (workspaceId !== undefined)
        await auditAs(
          mutation,
          { ...actor, credential: session.id },
          { action, target: `session:${session.id}`, detail: { userAgent } },
        );
      return session;
    });
    this.log.noteNowhere(actor, action, `session:${id}`);
    return { secret, expiresAt };
  }

  /** Who the session of this secret is, as the database knows it now. */
  async describe(secret: string): Promise<SessionStateBody> {
    const session = await this.sessions.findOpen(hashOfSecret(secret));
    if (session === undefined) throw new Problem('unauthenticated', 'This session has ended.');
    const memberships = await this.members.membershipsOf(session.userId, MAX_MEMBERSHIPS);
    const { userId: id, email, name, isOperator, workspaceId } = session;
    return {
      via: 'session',
      name: `user:${email}`,
      user: { id, email, name, isOperator },
      workspace: memberships.filter((one) => one.workspaceId === workspaceId).map(toKnown)[0] ?? null,
      workspaces: memberships.map(toKnown),
      grants: readGrants(session.grants),
      csrfToken: csrfTokenOf(secret),
      expiresAt: session.expiresAt.toISOString(),
    };
  }

  async describeToken({ name, workspaceId, grants, expiresAtMs }: Principal): Promise<SessionStateBody> {
    const found = await this.workspaces.find(workspaceId);
    const workspace = found === undefined ? null : { id: found.id, name: found.name };
    return {
      via: 'token',
      name,
      user: null,
      workspace,
      workspaces: workspace === null ? [] : [workspace],
      grants: [...grants],
      csrfToken: null,
      expiresAt: expiresAtMs === null ? null : new Date(expiresAtMs).toISOString(),
    };
  }

  /** With a new secret: a page that was opened in another workspace cannot write into this one by mistake. */
  async chooseWorkspace(actor: Actor, person: PersonPrincipal, workspaceId: string): Promise<IssuedSession> {
    const memberships = await this.members.membershipsOf(person.userId, MAX_MEMBERSHIPS);
    if (!memberships.some((one) => one.workspaceId === workspaceId))
      throw new Problem('not_found', 'You belong to no such workspace.');
    await this.pace.spendSwitch(person.userId);
    return this.mutations.runInstallation(actor, async (mutation) => {
      const issued = await this.switchTo(mutation, person, workspaceId);
      const target = `session:${person.credentialId}`;
      await auditAs(mutation, { ...actor, workspaceId }, { action: 'session.enter', target });
      return issued;
    });
  }

  /** As a part of something greater. The session ends when it would have ended: no password was shown. */
  async switchTo(mutation: Mutation, person: PersonPrincipal, workspaceId: string): Promise<IssuedSession> {
    const { credentialId: id } = person;
    await this.sessions.chooseWorkspace(mutation, id, workspaceId);
    const { secret, secretHash } = makeSecret('bns_');
    const { expiresAt } = await this.sessions.rotate(mutation, id, secretHash);
    announceEnd(mutation, id);
    return { secret, expiresAt };
  }

  /** For who has just shown his password. */
  async renew(mutation: Mutation, id: string): Promise<IssuedSession> {
    const { secret, secretHash } = makeSecret('bns_');
    const { expiresAt } = await this.sessions.renew(mutation, id, secretHash);
    announceEnd(mutation, id);
    return { secret, expiresAt };
  }

  async list(person: PersonPrincipal, page: PageQuery): Promise<Page<SessionBody>> {
    const { items, nextCursor } = await this.sessions.list(person.userId, page);
    return {
      items: items.map(({ id, address, userAgent, createdAt, lastSeenAt, expiresAt }) => ({
        id,
        address,
        userAgent,
        createdAt: createdAt.toISOString(),
        lastSeenAt: lastSeenAt.toISOString(),
        expiresAt: expiresAt.toISOString(),
        current: id === person.credentialId,
      })),
      nextCursor,
    };
  }

  /** One of one's own, this one or another. */
  async end(actor: Actor, person: PersonPrincipal, id: string): Promise<void> {
    const action = id === person.credentialId ? 'session.sign-out' : 'session.revoke';
    const target = `session:${id}`;
    await this.mutations.runInstallation(actor, async (mutation) => {
      if (!(await this.sessions.revoke(mutation, person.userId, id)))
        throw new Problem('not_found', 'You have no such session, or it has ended before.');
      announceEnd(mutation, id);
      if (actor.workspaceId !== '') mutation.audit({ action, target });
    });
    this.log.noteNowhere(actor, action, target);
  }

  async endOthers(actor: Actor, person: PersonPrincipal): Promise<void> {
    const [action, target] = ['session.revoke-others', `user:${person.userId}`];
    const ended = await this.mutations.runInstallation(actor, async (mutation) => {
      const count = await this.sessions.revokeAll(mutation, person.userId, person.credentialId);
      if (count === 0) return count;
      mutation.announce({ kind: 'access', workspaceId: actor.workspaceId, subject: person.userId });
      if (actor.workspaceId !== '') mutation.audit({ action, target, detail: { ended: count } });
      return count;
    });
    if (ended > 0) this.log.noteNowhere(actor, action, target);
  }
}

/** One that ended because of a sign-in: told to the workspace that it looked at, as an act of its own person. */
async function noteEnd(
  mutation: Mutation,
  { id, workspaceId }: EndedSession,
  person: Pick<UserRecord, 'id' | 'email'>,
  reason: 'replaced' | 'too-many',
  origin: RequestOrigin,
): Promise<void> {
  announceEnd(mutation, id);
  if (workspaceId === null) return;
  const actor = personActor(person, workspaceId, origin);
  await auditAs(mutation, actor, { action: 'session.revoke', target: `session:${id}`, detail: { reason } });
}

function announceEnd(mutation: Mutation, sessionId: string): void {
  mutation.announce({ kind: 'access', workspaceId: mutation.actor.workspaceId, subject: sessionId });
}

function toKnown({ workspaceId, workspaceName }: MembershipRecord): { id: string; name: string } {
  return { id: workspaceId, name: workspaceName };
}
