import { eventually } from './eventually.js';
import { Journal } from './journal.js';
import { createToken, isProblem, type PlaneRequests, register } from './request.js';
import { type Plane, startPlane } from './start-plane.js';
import { TestAgent } from './test-agent.js';

/** What a publish made in one place. */
export interface Outcome {
  readonly service: string;
  readonly environment: string;
  readonly revision: number;
  readonly state: 'released' | 'awaiting_approval';
  readonly approval?: string;
}

interface PublishFields {
  readonly service?: string;
  readonly index?: number;
  readonly emergencyReason?: string;
}

export const SHOP_CONFIG = '/services/shop/environments/prod/config';
export const isForbidden = isProblem(403, 'forbidden');
export const isOwnChange = isProblem(403, 'own_change');
export const isDecided = isProblem(409, 'already_decided');

/**
 * A plane of two API processes with the service `shop`, which includes `common`, and its environment `prod` protected. An
 * agent at each process runs it in prod, one in dev. `ann`, `bob` and `carol` may do everything, `viewer` may look.
 */
export class ProtectedShop {
  readonly journal = new Journal();
  readonly agents: TestAgent[] = [];
  readonly #tokens = new Map<string, string>();
  #devAgent: TestAgent | undefined;

  private constructor(readonly plane: Plane) {}

  static async start(environment: Readonly<Record<string, string>> = {}): Promise<ProtectedShop> {
    const plane = await startPlane({
      apis: 2,
      environment: { BINNACLE_FEED_INTERVAL_MS: '300', ...environment },
    });
    const shop = new ProtectedShop(plane);
    await shop.#prepare();
    return shop;
  }

  get devAgent(): TestAgent {
    if (this.#devAgent === undefined) throw new Error('the shop is not prepared');
    return this.#devAgent;
  }

  /** The revision that agents run in prod. */
  get live(): number {
    return this.agents[0]?.have?.revision ?? 0;
  }

  async stop(): Promise<void> {
    for (const agent of [...this.agents, this.devAgent]) agent.close();
    await this.plane.stop();
  }

  as(name: string, index = 0): PlaneRequests {
    return this.plane.request(index, this.#tokens.get(name));
  }

  /** Publishes over whatever is there; what became of the revisions, by `<service>/<environment>`. */
  async publish(
    name: string,
    layer: string,
    content: object,
    { service = 'shop', index = 0, ...fields }: PublishFields = {},
  ): Promise<Map<string, Outcome>> {
    const path = `/services/${service}/documents/${layer}`;
    const { headers } = await this.as(name, index).get(path);
    const request = this.as(name, index).post(`${path}/versions`);
    if (headers['etag'] !== undefined) void request.set('if-match', '*');
    const { body } = await request.send({ content, message: 'a story', ...fields }).expect(201);
    const { revisions } = body as { revisions: Outcome[] };
    return new Map(revisions.map((revision) => [`${revision.service}/${revision.environment}`, revision]));
  }

  /** Publishes to prod what has to wait there, and gives the approval. */
  async ask(name: string, number: number | string): Promise<{ id: string; revision: number }> {
    const outcome = (await this.publish(name, 'prod', { number })).get('shop/prod');
    if (outcome?.state !== 'awaiting_approval' || outcome.approval === undefined)
      throw new Error(`expected a revision that waits, got ${JSON.stringify(outcome)}`);
    return { id: outcome.approval, revision: outcome.revision };
  }

  decide(name: string, id: string, how: 'approve' | 'reject' | 'emergency', index = 0) {
    return this.as(name, index)
      .post(`/approvals/${id}/${how}`)
      .send(how === 'approve' ? {} : { reason: 'because' });
  }

  async stateOf(id: string): Promise<string> {
    const { body } = await this.as('viewer', 1).get(`/approvals/${id}`).expect(200);
    return (body as { state: string }).state;
  }

  /** Resolves when the agents of both processes run it in prod. */
  async bothRun(revision: number): Promise<void> {
    await eventually(() => {
      for (const { id, have } of this.agents)
        if (have?.revision !== revision)
          throw new Error(`${id} runs ${have?.revision ?? 'nothing'}, not ${revision}`);
    });
  }

  /** Resolves when both processes serve it: to who reads, and in answer to heartbeats. */
  async isServed(revision: number): Promise<void> {
    for (const [index, agent] of this.agents.entries()) {
      await eventually(async () => {
        const { want } = await agent.beat();
        const { body } = await this.as('viewer', index).get(SHOP_CONFIG).expect(200);
        const read = (body as { revision: number }).revision;
        if (want?.revision !== revision || read !== revision)
          throw new Error(`process ${index} wants ${want?.revision} and serves ${read}, not ${revision}`);
      });
    }
  }

  async #prepare(): Promise<void> {
    const admin = this.plane.request();
    for (const name of ['ann', 'bob', 'carol'])
      this.#tokens.set(name, (await createToken(admin, 'admin')).token);
    this.#tokens.set('viewer', (await createToken(admin, 'viewer')).token);
    const { token } = await createToken(admin, 'agent');
    await register(admin, 'common', { kind: 'shared' });
    await register(admin, 'shop', { includes: ['common'] });
    await this.publish('ann', 'base', { number: 1 });
    const connect = (id: string, environment: string, index: number) => {
      const about = { service: 'shop', environment, journal: this.journal, token, heartbeatMs: 200 };
      return TestAgent.connect({ ...about, id, url: this.plane.api(index).url });
    };
    this.agents.push(...(await Promise.all([0, 1].map((index) => connect(`prod-${index}`, 'prod', index)))));
    this.#devAgent = await connect('dev-1', 'dev', 1);
    await this.bothRun(1);
    await admin.patch('/environments/prod').send({ protected: true }).expect(200);
  }
}
