import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkJournal } from '../harness/check-journal.js';
import { readDatabaseState } from '../harness/database-state.js';
import { eventually } from '../harness/eventually.js';
import { Journal } from '../harness/journal.js';
import { createToken, isProblem, publish } from '../harness/request.js';
import { SdkAgentProcess } from '../harness/sdk-agent.js';
import { type Plane, startPlane } from '../harness/start-plane.js';
import { TestAgent } from '../harness/test-agent.js';

const service = 'checkout';
const environment = 'prod';
const pair = `/services/${service}/environments/${environment}`;
const journal = new Journal();
let plane: Plane;
let token: string;
let onA: TestAgent;
let onB: TestAgent;
let sdk: SdkAgentProcess;

beforeAll(async () => {
  plane = await startPlane({
    apis: 2,
    workers: 1,
    environment: {
      // So slow that what arrives sooner was pushed.
      BINNACLE_FEED_INTERVAL_MS: '3000',
      BINNACLE_UNKNOWN_AFTER_MS: '1500',
      BINNACLE_LOST_AFTER_MS: '3000',
      BINNACLE_SWEEP_INTERVAL_MS: '200',
    },
  });
});
afterAll(async () => {
  onA.close();
  onB.close();
  await sdk.stop();
  await plane.stop();
});

interface Instance {
  readonly id: string;
  readonly lifecycle: string;
  readonly status: string;
  readonly revision: number | null;
  readonly rejected?: { readonly revision: number; readonly reason: string };
}

interface Transition {
  readonly instance: string | null;
  readonly to: string;
}

async function instances(index = 0): Promise<Map<string, Instance>> {
  const { body } = await plane.request(index).get(`${pair}/instances`).expect(200);
  return new Map((body as { items: Instance[] }).items.map((instance) => [instance.id, instance]));
}

async function overview(): Promise<Record<string, unknown> | undefined> {
  const { body } = await plane.request(1).get(`/overview?environment=${environment}`).expect(200);
  return (body as { services: Record<string, unknown>[] }).services.find(({ name }) => name === service);
}

const runs = (agent: string, revision: number) => () =>
  expect(journal.newest(agent)).toMatchObject({ revision, source: 'plane' });

describe('the main job, over two API processes and a worker', () => {
  it('registers a service, gives it a schema, and lets its agents connect before anything is published', async () => {
    const admin = plane.request();
    await admin
      .post('/services')
      .send({ name: service, owner: 'payments', labels: { tier: '1' } })
      .expect(201);
    const schema = {
      type: 'object',
      properties: { limits: { properties: { requests: { type: 'integer' } } } },
    };
    await plane.request(1).put(`/services/${service}/schema`).send(schema).expect(200);
    ({ token } = await createToken(admin, 'agent', { services: [service], environments: [environment] }));
    const about = { token, service, environment, journal };
    onA = await TestAgent.connect({ ...about, id: 'on-a', url: plane.api(0).url });
    onB = await TestAgent.connect({
      ...about,
      id: 'on-b',
      url: plane.api(1).url,
      zone: 'west',
      reject: (content) => (content['mode'] === 'turbo' ? 'no turbo in this version' : undefined),
    });
    const instance = { id: 'sdk', host: 'story-host' };
    const options = { token, service, environment, instance, cacheDir: false, heartbeatMs: 300 } as const;
    sdk = new SdkAgentProcess(
      { ...options, run: 'sdk', url: plane.api(1).url, readyTimeoutMs: 100 },
      journal,
    );
    expect(await sdk.ready()).toMatchObject({ revision: null, source: 'defaults' });
  });

  it('refuses an agent of another service, of another environment, or without a token', async () => {
    const about = { service, environment, journal, id: 'stranger', url: plane.api(0).url, token };
    await expect(TestAgent.connect({ ...about, environment: 'dev' })).rejects.toThrow('forbidden');
    await expect(TestAgent.connect({ ...about, service: 'other' })).rejects.toThrow('forbidden');
    await expect(TestAgent.connect({ ...about, token: 'bnk_wrong' })).rejects.toThrow('unauthenticated');
    const unknown = { ...about, token: plane.adminToken, service: 'nobody' };
    await expect(TestAgent.connect(unknown)).rejects.toThrow('not_found');
  });

  it('pushes what is published at one process to the agents of both, at once', async () => {
    const startedAtMs = performance.now();
    await publish(plane.request(0), service, 'base', { limits: { requests: 10 }, mode: 'fast' });
    await eventually(() => ['on-a', 'on-b', 'sdk'].forEach((agent) => runs(agent, 1)()));
    // The feed's own timer would take longer on average, and a heartbeat brings it only after two.
    expect(performance.now() - startedAtMs).toBeLessThan(2_000);
    await publish(plane.request(1), service, environment, { limits: { requests: 20 } });
    await eventually(() => ['on-a', 'on-b', 'sdk'].forEach((agent) => runs(agent, 2)()));
  });

  it('shows what each instance says that it runs', async () => {
    await eventually(async () => {
      const found = await instances(1);
      expect([...found.keys()]).toEqual(['on-a', 'on-b', 'sdk']);
      for (const instance of found.values())
        expect(instance).toMatchObject({ revision: 2, lifecycle: 'ready', status: 'healthy' });
    });
  });

  it('shows a rejection with its reason, and the older revision that goes on running', async () => {
    await publish(plane.request(), service, environment, { mode: 'turbo' });
    await eventually(async () => {
      const found = await instances();
      const rejected = { revision: 3, reason: 'no turbo in this version' };
      expect(found.get('on-b')).toMatchObject({ revision: 2, rejected });
      expect(found.get('on-a')).toMatchObject({ revision: 3 });
      expect(found.get('sdk')).toMatchObject({ revision: 3 });
    });
    await eventually(async () => expect(await overview()).toMatchObject({ revisions: { 2: 1, 3: 2 } }));
    await publish(plane.request(), service, environment, { mode: 'slow' });
    await eventually(async () => {
      expect((await instances()).get('on-b')).toMatchObject({ revision: 4 });
      expect((await instances()).get('on-b')).not.toHaveProperty('rejected');
    });
  });

  it('folds the health that agents report into the overview', async () => {
    const check = { name: 'database', critical: true, latencyMs: 3, checkedAt: new Date().toISOString() };
    onA.checks = [{ ...check, status: 'unhealthy', message: 'connection refused' }];
    await eventually(async () => {
      expect((await instances()).get('on-a')).toMatchObject({ status: 'unhealthy' });
      const counts = { total: 3, healthy: 2, unhealthy: 1 };
      expect(await overview()).toMatchObject({ instances: counts });
      expect(['degraded', 'unhealthy']).toContain((await overview())?.['status']);
    });
    onA.checks = [{ ...check, status: 'healthy' }];
    await eventually(async () => expect(await overview()).toMatchObject({ status: 'healthy' }));
  });

  it('calls an instance that goes silent unknown, then lost, and healthy when it speaks again', async () => {
    onB.stopBeating();
    const seen: string[] = [];
    await eventually(async () => {
      const { lifecycle, status } = (await instances()).get('on-b') ?? { lifecycle: '', status: '' };
      const state = lifecycle === 'lost' ? 'lost' : status;
      if (seen.at(-1) !== state) seen.push(state);
      expect(state).toBe('lost');
    });
    expect(seen).toEqual(['healthy', 'unknown', 'lost']);
    expect(await overview()).toMatchObject({ instances: { total: 3, healthy: 2, lost: 1 } });
    await onB.beat();
    await eventually(async () => {
      expect((await instances()).get('on-b')).toMatchObject({ lifecycle: 'ready', status: 'healthy' });
    });
    // Written behind the reports, so that these never wait for PostgreSQL.
    await eventually(async () => {
      const { body } = await plane.request().get(`${pair}/health/transitions?limit=200`).expect(200);
      const own = (body as { items: Transition[] }).items.filter(({ instance }) => instance === 'on-b');
      expect(own.map(({ to }) => to).slice(0, 3)).toEqual(['healthy', 'lost', 'unknown']);
    });
  });

  it('answers a message that makes no sense, and goes on', async () => {
    const nonsense = [null, 'text', { seq: 'one' }, { seq: 1, lifecycle: 'dancing', checks: [] }];
    for (const message of nonsense)
      expect(await onA.send('health', message)).toMatchObject({ error: { code: 'invalid_request' } });
    expect(await onA.send('applied', { revision: -1 })).toMatchObject({ error: { code: 'invalid_request' } });
    expect(await onA.beat()).toMatchObject({ want: { revision: 4 } });
  });

  it('keeps its promises: the journal of all this stands up to the database', async () => {
    const state = await readDatabaseState(plane.database);
    expect(checkJournal(journal.lines, state, { liveAgents: ['on-a', 'on-b', 'sdk'] })).toEqual([]);
    expect(journal.applied('sdk').map(({ revision }) => revision)).toEqual([1, 2, 3, 4]);
    expect(journal.applied('on-b').map(({ revision }) => revision)).toEqual([1, 2, 4]);
  });

  it('ends an instance that says goodbye as stopped, not as lost', async () => {
    await sdk.stop();
    await eventually(async () => {
      const found = (await instances()).get('sdk');
      expect(found === undefined || found.lifecycle === 'stopped').toBe(true);
    });
    await plane
      .request()
      .get(`/services/nobody/environments/prod/instances`)
      .expect(isProblem(404, 'not_found'));
  });
});
