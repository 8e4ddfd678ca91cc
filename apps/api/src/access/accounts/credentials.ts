import { Injectable, Logger } from '@nestjs/common';
import { Counter } from 'prom-client';
import { Problem } from '@binnacle/contracts';
import { type Actor, auditAccount, type UserRecord, UserStore } from '@binnacle/store';
import { Mutations } from '../../changes/mutations.js';
import { Metrics } from '../../lifecycle/metrics.js';
import { personActor, type RequestOrigin } from './account-actor.js';
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
    const user = await this.throttle.attempt(email, origin.address, async () => {
      const found = await this.users.findByEmail(email);
      const isRight = await this.hasher.verify(found?.passwordHash, password);
      if (isRight && found?.disabledAt === null) return found;
      this.refuse(found, origin);
      return undefined;
    });
    if (user === undefined) throw new Problem('wrong_credentials', 'E-mail or password is wrong.');
    await this.renewHash(user, password, origin);
    return user;
  }

  /** Not waited for: how long it takes would tell whether there is such an account. */
  private refuse(user: UserRecord | undefined, origin: RequestOrigin): void {
    this.refusals.inc();
    if (user === undefined) {
      this.logger.log({ address: origin.address }, 'A sign-in was refused: no such account');
      return;
    }
    const actor = nobody(origin);
    const record = {
      action: 'session.sign-in-refused',
      target: `user:${user.id}`,
      outcome: 'refused',
      detail: { email: user.email, userAgent: origin.userAgent },
    } as const;
    this.mutations
      .runInstallation(actor, (mutation) => auditAccount(mutation, actor, user.id, record))
      .catch((error: unknown) => {
        this.logger.error({ err: error, user: user.id }, 'A refused sign-in could not be audited');
      });
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

function nobody({ address, requestId }: RequestOrigin): Actor {
  return {
    workspaceId: '',
    name: 'anonymous',
    identity: '',
    via: 'session',
    credential: '',
    address,
    requestId,
  };
}
