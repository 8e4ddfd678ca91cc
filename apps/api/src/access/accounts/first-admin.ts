import { Inject, Injectable, Logger } from '@nestjs/common';
import { type Actor, MemberStore, UserStore } from '@binnacle/store';
import { Mutations } from '../../changes/mutations.js';
import { ENVIRONMENT, type Environment } from '../../environment.js';
import { PasswordHasher } from './password-hasher.js';
import { faultOfPassword } from './password-rules.js';

const DEFAULT_WORKSPACE = 'default';
const ADMIN = [{ role: 'admin', services: [], environments: [], permissions: [] }] as const;

const SYSTEM: Actor = {
  workspaceId: DEFAULT_WORKSPACE,
  name: 'system',
  identity: '',
  via: 'system',
  credential: '',
  address: '',
  requestId: 'first-start',
};

/** The account with which an installation begins: who else is to come in, it invites. */
@Injectable()
export class FirstAdmin {
  private readonly logger = new Logger(FirstAdmin.name);

  constructor(
    @Inject(ENVIRONMENT) private readonly environment: Environment,
    private readonly mutations: Mutations,
    private readonly users: UserStore,
    private readonly members: MemberStore,
    private readonly hasher: PasswordHasher,
  ) {}

  /** Makes it while there is nobody yet, once, however many processes start at the same time. */
  async ensure(): Promise<void> {
    const { firstAdmin } = this.environment;
    if (firstAdmin === undefined || !(await this.users.isEmpty())) return;
    const { email, password } = firstAdmin;
    const fault = faultOfPassword(password, email);
    if (fault !== undefined) throw new Error(`BINNACLE_FIRST_ADMIN_PASSWORD ${fault}`);
    const passwordHash = await this.hasher.hash(password);
    const isMade = await this.mutations.runInstallation(SYSTEM, async (mutation) => {
      if (!(await this.users.lockWhileEmpty(mutation))) return false;
      const { id } = await this.users.insert(mutation, {
        email,
        name: 'First administrator',
        passwordHash,
        isOperator: true,
      });
      await this.members.insert(mutation, {
        workspaceId: DEFAULT_WORKSPACE,
        userId: id,
        grants: ADMIN,
        createdBy: SYSTEM.name,
      });
      mutation.audit({ action: 'user.create', target: `user:${id}`, detail: { email, isOperator: true } });
      return true;
    });
    if (isMade) this.logger.log('The first administrator was made');
  }
}
