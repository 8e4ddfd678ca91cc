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
  ) {}

  /** Ends every other session, and gives this one a new secret. */
  async change(
    actor: Actor,
    { userId, credentialId }: PersonPrincipal,
    body: ChangePassword,
    origin: RequestOrigin,
  ): Promise<IssuedSession> {
    const user = await this.users.find(userId);
    if (user === undefined) throw new Problem('unauthenticated', 'This account is gone.');
    await this.credentials.check(user.email, body.current, origin);
    checkNewPassword(body.new, user.email, '/new');
    const passwordHash = await this.hasher.hash(body.new);
    return this.mutations.runInstallation(actor, async (mutation) => {
      await this.users.setPassword(mutation, userId, passwordHash);
      await this.resets.clear(mutation, userId);
      await this.sessionStore.revokeAll(mutation, userId, credentialId);
      mutation.announce({ kind: 'access', workspaceId: actor.workspaceId, subject: userId });
      const issued = await this.sessions.rotate(mutation, credentialId);
      await auditAccount(mutation, actor, userId, {
        action: 'user.change-password',
        target: `user:${userId}`,
      });
      return issued;
    });
  }

  async createReset(actor: Actor, userId: string): Promise<CreatedPasswordResetBody> {
    const { secret, secretHash } = makeSecret('bnr_');
    const { expiresAt } = await this.mutations.runInstallation(actor, async (mutation) => {
      const user = await this.users.find(userId);
      if (user === undefined || user.disabledAt !== null)
        throw new Problem('not_found', 'There is no such user.');
      const created = await this.resets.insert(mutation, userId, secretHash);
      await auditAccount(mutation, actor, userId, {
        action: 'user.password-reset',
        target: `user:${userId}`,
        detail: { email: user.email },
      });
      return created;
    });
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
    await this.mutations.runInstallation(actor, async (mutation) => {
      if (!(await this.resets.use(mutation, id))) throw usedUp();
      await this.users.setPassword(mutation, userId, passwordHash);
      await this.sessionStore.revokeAll(mutation, userId);
      mutation.announce({ kind: 'access', workspaceId: '', subject: userId });
      await auditAccount(mutation, actor, userId, {
        action: 'user.use-password-reset',
        target: `user:${userId}`,
      });
    });
  }
}

function usedUp(): Problem {
  return new Problem('not_found', 'This link was used before, or its time is over. Ask for a new one.');
}
