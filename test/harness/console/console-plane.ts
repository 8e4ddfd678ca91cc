import { randomUUID } from 'node:crypto';
import { AccountsPlane, ADMIN, passwordOf } from '../accounts-plane.js';
import { Journal } from '../journal.js';
import { createToken, publish, register } from '../request.js';
import { SdkAgentProcess } from '../sdk-agent.js';
import { ConsoleBrowser, type ConsolePage, type OpenOptions } from './console-browser.js';
import type { ConsoleRoute } from './console-routes.js';

/** People of the workspace, by what they may do there. */
export const ROLES = ['viewer', 'editor', 'publisher', 'admin'] as const;
export type Role = (typeof ROLES)[number];
/** A second publisher, who approves what the first one publishes. */
export type Person = Role | 'approver' | 'settler';

/** Fields with titles, units and a rule, as people describe them. */
const SCHEMA = {
  type: 'object',
  properties: {
    pool: {
      type: 'object',
      properties: {
        min: { type: 'integer', minimum: 0, default: 1, title: 'Connections kept open' },
        max: { type: 'integer', minimum: 1, maximum: 100, description: 'At most so many at a time.' },
      },
    },
    timeoutMs: { type: 'integer', minimum: 1, title: 'Time limit', 'x-unit': 'ms' },
    mode: { enum: ['fast', 'safe'] },
    banner: { type: 'string' },
  },
  'x-binnacle-rules': [
    { rule: 'self.pool.min <= self.pool.max', message: 'The pool cannot shrink below its minimum.' },
  ],
};
const BASE = { pool: { min: 2, max: 10 }, timeoutMs: 500, mode: 'safe', banner: 'Welcome aboard' };

/**
 * Everything that the stories of the console share: a plane of two API processes, the service `orders` with a schema,
 * overlays and agents that run it, `prod` which is protected, and somebody of every role.
 */
export class ConsolePlane {
  private readonly agents: SdkAgentProcess[] = [];
  /** One that waits in `prod`. */
  private approval = '';

  private constructor(
    readonly accounts: AccountsPlane,
    readonly browser: ConsoleBrowser,
  ) {}

  static async start(): Promise<ConsolePlane> {
    const [accounts, browser] = await Promise.all([AccountsPlane.start(), ConsoleBrowser.launch()]);
    const plane = new ConsolePlane(accounts, browser);
    try {
      await plane.furnish();
    } catch (error) {
      await plane.stop();
      throw error;
    }
    return plane;
  }

  get request() {
    return this.accounts.plane.request();
  }

  open(person: Person | undefined, options: Omit<OpenOptions, 'url' | 'person'> = {}): Promise<ConsolePage> {
    const { url } = this.accounts.plane.api(0);
    if (person === undefined) return this.browser.open({ url, ...options });
    return this.browser.open({ url, person: credentialsOf(person), ...options });
  }

  pathOf({ path }: Pick<ConsoleRoute, 'path'>): string {
    return path.replace(':approval', this.approval);
  }

  /** A real process with the SDK. It rejects every revision that has a key of this name at its top. */
  async agent(id: string, rejectWhen?: string): Promise<SdkAgentProcess> {
    const { token } = await createToken(this.request, 'agent', { services: ['orders'] });
    const agent = new SdkAgentProcess(
      {
        run: id,
        url: this.accounts.plane.api(1).url,
        token,
        service: 'orders',
        environment: 'dev',
        instance: { id, host: `${id}.example.org` },
        cacheDir: false,
        heartbeatMs: 500,
        ...(rejectWhen === undefined ? {} : { rejectWhen }),
      },
      new Journal(),
    );
    this.agents.push(agent);
    await agent.ready();
    return agent;
  }

  async stop(): Promise<void> {
    await Promise.allSettled(this.agents.map((agent) => agent.stop()));
    await this.browser.close();
    await this.accounts.stop();
  }

  private async furnish(): Promise<void> {
    const { request } = this;
    await register(request, 'orders', {
      displayName: 'Orders',
      owner: 'checkout',
      description: 'Takes orders and keeps them.',
      labels: { tier: 'critical' },
    });
    await request.put('/services/orders/schema').send(SCHEMA).expect(200);
    await publish(request, 'orders', 'base', BASE);
    await publish(request, 'orders', 'base', { ...BASE, timeoutMs: 750 });
    await publish(request, 'orders', 'dev', { banner: 'Welcome to dev' });
    await request
      .put('/services/orders/documents/staging/draft')
      .send({ content: { mode: 'fast', timeoutMs: 300 } })
      .expect(200);
    await request
      .put('/services/orders/environments/dev/secrets/db-password')
      .send({ value: 'aye' })
      .expect(200);
    await request.patch('/environments/prod').send({ protected: true }).expect(200);
    await publish(request, 'orders', 'prod', { banner: 'Welcome to prod' });
    const { body } = await request.get('/approvals?state=pending').expect(200);
    this.approval = (body as { items: { id: string }[] }).items[0]?.id ?? '';
    for (const person of ['viewer', 'editor', 'publisher', 'approver'])
      await this.accounts.member(person, [{ role: person === 'approver' ? 'publisher' : person }]);
  }
}

/** The administrator is the first one of the installation. */
export function credentialsOf(person: Person): { readonly email: string; readonly password: string } {
  return person === 'admin' ? ADMIN : { email: `${person}@example.org`, password: passwordOf(person) };
}

/** A name that no other test has. */
export function freshName(prefix: string): string {
  return `${prefix}-${randomUUID().slice(0, 8)}`;
}
