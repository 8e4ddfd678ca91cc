import { openRedis } from '@binnacle/store';
import { Browser, type SignedIn } from './browser.js';
import { eventually } from './eventually.js';
import { isProblem, publish, register } from './request.js';
import { type Plane, startPlane } from './start-plane.js';

export const ADMIN = { email: 'admin@example.org', password: 'the keeper of this harbour' };
export const ADMIN_GRANT = { role: 'admin' };
/** What ends a session holds on every process within this time, whatever became of Redis. */
export const EVERYWHERE_MS = 5_000;

const TABLES = [
  'users',
  'sessions',
  'invitations',
  'password_resets',
  'audit_entries',
  'idempotency_keys',
  'changes',
];

interface AuditRow {
  readonly actor: string;
  readonly outcome: string;
  readonly target: string;
  readonly detail: string;
}

/**
 * A plane of two API processes with a first administrator, the services `shop` and `billing`, and people who come into
 * the workspace `default` by his invitations.
 */
export class AccountsPlane {
  /** Whatever must be kept in no place and logged by nobody. */
  readonly secrets = new Set<string>([ADMIN.password]);
  #inviter: Browser | undefined;

  private constructor(readonly plane: Plane) {}

  static async start(): Promise<AccountsPlane> {
    const plane = await startPlane({
      apis: 2,
      environment: {
        BINNACLE_FIRST_ADMIN_EMAIL: 'Admin@Example.org',
        BINNACLE_FIRST_ADMIN_PASSWORD: ADMIN.password,
        BINNACLE_FEED_INTERVAL_MS: '300',
        BINNACLE_REAUTHORIZE_MS: '500',
        BINNACLE_LOG_LEVEL: 'debug',
        // So that a story can be in several places.
        BINNACLE_TRUSTED_PROXIES: '127.0.0.1',
      },
    });
    for (const name of ['shop', 'billing']) {
      await register(plane.request(), name);
      await publish(plane.request(), name, 'base', { limit: 1 });
    }
    return new AccountsPlane(plane);
  }

  stop(): Promise<void> {
    return this.plane.stop();
  }

  browser(index = 0): Browser {
    return new Browser(this.plane.api(index).url);
  }

  async signedIn(email: string, password: string, index = 0): Promise<Browser> {
    const opened = this.browser(index);
    await opened.signIn(email, password);
    if (opened.cookie !== undefined) this.secrets.add(opened.cookie);
    return opened;
  }

  asAdmin(index = 0): Promise<Browser> {
    return this.signedIn(ADMIN.email, ADMIN.password, index);
  }

  async invite(inviter: Browser, email: string, grants: object[]): Promise<string> {
    const { body } = await inviter.post('/invitations').send({ email, grants }).expect(201);
    const { token } = body as { token: string };
    this.secrets.add(token);
    return token;
  }

  /** A person with an account who belongs to the workspace that the administrator works in. */
  async member(name: string, grants: object[] = [{ role: 'viewer' }]): Promise<Browser> {
    const [email, password] = [`${name}@example.org`, passwordOf(name)];
    this.secrets.add(password);
    this.#inviter ??= await this.asAdmin();
    const token = await this.invite(this.#inviter, email, grants);
    await this.browser(1).post('/invitations/accept').send({ token, name, password }).expect(200);
    return this.signedIn(email, password);
  }

  audited(action: string, workspaceId = 'default'): Promise<AuditRow[]> {
    return this.plane.database.query(
      'select actor, outcome, address, target, detail from audit_entries where workspace_id = $1 and action = $2 order by number',
      [workspaceId, action],
    );
  }

  /** Resolves once a process knows the session no more. */
  async isSignedOut(opened: Browser, index: number): Promise<void> {
    const there = opened.at(this.plane.api(index).url);
    await eventually(() => there.get('/session').expect(isProblem(401, 'unauthenticated')), {
      timeoutMs: EVERYWHERE_MS,
    });
  }

  /** All that is in the tables of accounts, in Redis and in the logs. */
  async everythingKept(): Promise<string> {
    const rows = await Promise.all(
      TABLES.map((table) =>
        this.plane.database.query<{ row: string }>(`select t::text as row from ${table} t`),
      ),
    );
    return [
      ...rows.flat().map(({ row }) => row),
      ...(await this.#heldInRedis()),
      ...this.plane.apis.flatMap(({ logs }) => logs),
    ].join('\n');
  }

  /** Names of keys, and what those hold that are strings and hashes. */
  async #heldInRedis(): Promise<string[]> {
    const redis = openRedis({
      url: this.plane.redis.url,
      commandTimeoutMs: 2_000,
      connectionName: 'story',
      onError: (error) => {
        throw error;
      },
    });
    await new Promise((resolve) => redis.once('ready', resolve));
    const held: string[] = [];
    for (const key of await redis.keys('*')) {
      const type = await redis.type(key);
      const value =
        type === 'string' ? await redis.get(key) : type === 'hash' ? await redis.hgetall(key) : '';
      held.push(`${key} ${JSON.stringify(value)}`);
    }
    redis.disconnect();
    return held;
  }
}

/** The one that a member has at first. */
export function passwordOf(name: string): string {
  return `${name} sails on the seventh sea`;
}

export async function stateOf(opened: Browser): Promise<SignedIn> {
  return (await opened.get('/session').expect(200)).body as SignedIn;
}
