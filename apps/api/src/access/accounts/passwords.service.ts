import { Injectable } from '@nestjs/common';
import {
  type ChangePassword,
  type CreatedPasswordResetBody,
  Problem,
  type UsePasswordReset,
} from '@binnacle/contracts';
import { type Actor, auditAccount, PasswordResetStore, SessionStore, UserStore } from '@binnacle/store';
import { Mutations } from '../../changes/mutations.js';
import { personActor, type RequestOrigin } from './account-actor.js';
import { AccountLog } from './account-log.js';
import { Credentials } from './credentials.js';
import { hashOfSecret, makeSecret } from './one-time-secret.js';
import { PasswordHasher } from './password-hasher.js';
import { checkNewPassword } from './password-rules.js';
import type { PersonPrincipal } from './person.decorator.js';
import { type IssuedSession, SessionsService } from './sessions.service.js';

/** Changes passwords: by who knows the old one, or by a one-time link that an operator made. */
@Injectable()
export class PasswordsService {
  constructor(
    private readonly mutations: Mutations,
    private readonly users: UserStore,
    private readonly sessionStore: SessionStore,
    private readonly resets: PasswordResetStore,
    private readonly sessions: SessionsService,
    private readonly credentials: Credentials,
    private readonly hasher: PasswordHasher,
    private readonly log: AccountLog,
  ) {}

  /** Ends every other session, and gives this one a new secret and its full time. */
  async change(
    actor: Actor,
    { userId, credentialId }: PersonPrincipal,
    body: ChangePassword,
    origin: RequestOrigin,
  ): Promise<IssuedSession> {
    const user = await this.users.find(userId);
    if (user === undefined) throw new Problem('unauthenticated', 'This account is gone.');
    await this.credentials.confirm(user, body.current, actor, origin);
    checkNewPassword(body.new, user.email, '/new');
    const passwordHash = await this.hasher.hash(body.new);
    const [action, target] = ['user.change-password', `user:${userId}`];
    const { issued, audits } = await this.mutations.runInstallation(actor, async (mutation) => {
      await this.users.setPassword(mutation, userId, passwordHash);
      await this.resets.clear(mutation, userId);
      await this.sessionStore.revokeAll(mutation, userId, credentialId);
      mutation.announce({ kind: 'access', workspaceId: actor.workspaceId, subject: userId });
      const renewed = await this.sessions.renew(mutation, credentialId);
      return { issued: renewed, audits: await auditAccount(mutation, actor, userId, { action, target }) };
    });
    if (audits === 0) this.log.noteNowhere(actor, action, target);
    return issued;
  }

  async createReset(actor: Actor, userId: string): Promise<CreatedPasswordResetBody> {
    const { secret, secretHash } = makeSecret('bnr_');
    const [action, target] = ['user.password-reset', `user:${userId}`];
    const { expiresAt, audits } = await this.mutations.runInstallation(actor, async (mutation) => {
      const user = await this.users.find(userId);
      if (user === undefined || user.disabledAt !== null)
        throw new Problem('not_found', 'There is no such user.');
      const created = await this.resets.insert(mutation, userId, secretHash);
      const record = { action, target, detail: { email: user.email } };
      return { ...created, audits: await auditAccount(mutation, actor, userId, record) };
    });
    if (audits === 0) this.log.noteNowhere(actor, action, target);
    return { token: secret, expiresAt: expiresAt.toISOString() };
  }

  /** Ends every session of the person, who then signs in anew. */
  async useReset({ token, password }: UsePasswordReset, origin: RequestOrigin): Promise<void> {
    const reset = await this.resets.findOpen(hashOfSecret(token));
    if (reset === undefined) throw usedUp();
    checkNewPassword(password, reset.email, '/password');
    const passwordHash = await this.hasher.hash(password);
    const { id, userId, email } = reset;
    const actor = personActor({ id: userId, email }, '', origin);
    const [action, target] = ['user.use-password-reset', `user:${userId}`];
    const audits = await this.mutations.runInstallation(actor, async (mutation) => {
      if (!(await this.resets.use(mutation, id))) throw usedUp();
      await this.users.setPassword(mutation, userId, passwordHash);
      await this.sessionStore.revokeAll(mutation, userId);
      mutation.announce({ kind: 'access', workspaceId: '', subject: userId });
      return auditAccount(mutation, actor, userId, { action, target });
    });
    if (audits === 0) this.log.noteNowhere(actor, action, target);
  }
}

function usedUp(): Problem {
  return new Problem(
    'not_found',
    'This token was used or replaced by a newer one, or its time is over. Ask for a new one.',
  );
}
