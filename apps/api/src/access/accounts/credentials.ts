import { Injectable, Logger } from '@nestjs/common';
import { Counter } from 'prom-client';
import { Problem } from '@binnacle/contracts';
import { type Actor, SessionStore, type UserRecord, UserStore } from '@binnacle/store';
import { Mutations } from '../../changes/mutations.js';
import { Metrics } from '../../lifecycle/metrics.js';
import { personActor, type RequestOrigin } from './account-actor.js';
import { AccountLog } from './account-log.js';
import { PasswordHasher } from './password-hasher.js';
import { SignInThrottle } from './sign-in-throttle.js';

/** Finds out whether a password is that of an account: with the same work and the same answer when there is none. */
@Injectable()
export class Credentials {
  private readonly logger = new Logger(Credentials.name);
  private readonly refusals: Counter;

  constructor(
    private readonly users: UserStore,
    private readonly hasher: PasswordHasher,
    private readonly throttle: SignInThrottle,
    private readonly mutations: Mutations,
    private readonly sessions: SessionStore,
    private readonly log: AccountLog,
    metrics: Metrics,
  ) {
    this.refusals = new Counter({
      name: 'binnacle_password_refusals_total',
      help: 'Passwords that were wrong, or given for accounts that there are not',
      registers: [metrics.registry],
    });
  }

  /**
   * The account.
   *
   * @throws Problem wrong_credentials, or rate_limited when too many were tried
   */
  async check(email: string, password: string, origin: RequestOrigin): Promise<UserRecord> {
    const user = await this.attempt(email, password, origin, (found) => this.refuse(found, origin));
    if (user === undefined) throw new Problem('wrong_credentials', 'E-mail or password is wrong.');
    return user;
  }

  /**
   * For who is signed in and shows his password once more, before he changes it.
   *
   * @throws Problem invalid_request, which unlike wrong_credentials ends no session, or rate_limited
   */
  async confirm(
    { id, email }: Pick<UserRecord, 'id' | 'email'>,
    password: string,
    actor: Actor,
    origin: RequestOrigin,
  ): Promise<void> {
    if ((await this.attempt(email, password, origin, () => this.refusals.inc())) !== undefined) return;
    const [action, target] = ['user.change-password-refused', `user:${id}`];
    if (actor.workspaceId !== '')
      await this.mutations.run(actor, async (mutation) =>
        mutation.audit({ action, target, outcome: 'refused', detail: { userAgent: origin.userAgent } }),
      );
    this.log.noteNowhere(actor, action, target);
    throw new Problem('invalid_request', 'The current password is wrong.', [
      { pointer: '/current', message: 'is not your password' },
    ]);
  }

  /** Undefined when it is wrong, which `refused` is told of. */
  private async attempt(
    email: string,
    password: string,
    origin: RequestOrigin,
    refused: (found: UserRecord | undefined) => void,
  ): Promise<UserRecord | undefined> {
    const user = await this.throttle.attempt(email, origin.address, async () => {
      const found = await this.users.findByEmail(email);
      const isRight = await this.hasher.verify(found?.passwordHash, password);
      if (isRight && found?.disabledAt === null) return found;
      refused(found);
      return undefined;
    });
    if (user !== undefined) await this.renewHash(user, password, origin);
    return user;
  }

  /** Not waited for: how long it takes would tell whether there is such an account. */
  private refuse(user: UserRecord | undefined, origin: RequestOrigin): void {
    this.refusals.inc();
    if (user === undefined) {
      this.logger.log({ address: origin.address }, 'A sign-in was refused: no such account');
      return;
    }
    this.auditRefusal(user, origin).catch((error: unknown) => {
      this.logger.error({ err: error, user: user.id }, 'A refused sign-in could not be audited');
    });
  }

  /** Where the person worked last, and nowhere else: what he is up to elsewhere is no matter of his other tenants. */
  private async auditRefusal({ id, email }: UserRecord, origin: RequestOrigin): Promise<void> {
    const [action, target] = ['session.sign-in-refused', `user:${id}`];
    const actor = nobody((await this.sessions.lastWorkspaceOf(id)) ?? '', origin);
    const detail = { email, userAgent: origin.userAgent };
    if (actor.workspaceId !== '')
      await this.mutations.run(actor, async (mutation) =>
        mutation.audit({ action, target, outcome: 'refused', detail }),
      );
    this.log.noteNowhere(actor, action, target);
  }

  /** With the parameters of today: only now is the password known. */
  private async renewHash(user: UserRecord, password: string, origin: RequestOrigin): Promise<void> {
    if (user.passwordHash === null || !this.hasher.isOutdated(user.passwordHash)) return;
    const passwordHash = await this.hasher.hash(password);
    await this.mutations.runInstallation(personActor(user, '', origin), (mutation) =>
      this.users.setPassword(mutation, user.id, passwordHash),
    );
  }
}

function nobody(workspaceId: string, { address, requestId }: RequestOrigin): Actor {
  return {
    workspaceId,
    name: 'anonymous',
    identity: '',
    via: 'session',
    credential: '',
    address,
    requestId,
  };
}
