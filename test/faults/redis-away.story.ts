import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkJournal } from '../harness/check-journal.js';
import { readDatabaseState } from '../harness/database-state.js';
import { eventually } from '../harness/eventually.js';
import { Journal } from '../harness/journal.js';
import { Publisher } from '../harness/publisher.js';
import { createToken, isProblem, register } from '../harness/request.js';
import { type Plane, startPlane } from '../harness/start-plane.js';
import { TestAgent } from '../harness/test-agent.js';

/** As long as a restart with a large data set takes. */
const AWAY_MS = 30_000;
const FEED_INTERVAL_MS = 400;
/** The timer with its jitter, one read of the feed, and what a busy machine adds. */
const CONVERGED_MS = FEED_INTERVAL_MS * 1.25 + 1_500;
/** Nobody waits for Redis: publishing takes no longer than it ever may. */
const MAX_PUBLISH_MS = 1_000;
const service = 'steady';
const environment = 'prod';

const journal = new Journal();
const agents: TestAgent[] = [];
let plane: Plane;
let publishers: Publisher[];
let number = 0;

beforeAll(async () => {
  const variables = { BINNACLE_FEED_INTERVAL_MS: String(FEED_INTERVAL_MS) };
  plane = await startPlane({ apis: 2, workers: 1, environment: variables });
  await register(plane.request(), service);
  const { token } = await createToken(plane.request(), 'agent');
  publishers = plane.apis.map(
    ({ name, url }) => new Publisher({ name, token: plane.adminToken, journal, url: () => url }),
  );
  for (const index of [0, 1])
    agents.push(
      await TestAgent.connect({
        id: `on-${index}`,
        url: plane.api(index).url,
        token,
        service,
        environment,
        journal,
      }),
    );
});
afterAll(async () => {
  for (const agent of agents) agent.close();
  await plane.stop();
});

/** Publishes at one process; both agents must have it in time. Gives how long the last agent waited. */
async function publishAt(index: number, withinMs = CONVERGED_MS): Promise<number> {
  const startedAtMs = performance.now();
  const outcome = await publishers[index]?.publish(service, 'base', { number: ++number });
  const publishedAtMs = performance.now();
  expect(outcome).toMatchObject({ kind: 'acknowledged' });
  expect(publishedAtMs - startedAtMs).toBeLessThan(MAX_PUBLISH_MS);
  await eventually(
    () => {
      for (const agent of agents) expect(agent.have?.revision).toBe(number);
    },
    { timeoutMs: withinMs, intervalMs: 5 },
  );
  return performance.now() - publishedAtMs;
}

it('publishes, reads and pushes while Redis is away, by the timer at the other process', async () => {
  await publishAt(0);
  await plane.redis.kill('SIGKILL');
  const killedAtMs = performance.now();
  while (performance.now() - killedAtMs < AWAY_MS) {
    await publishAt(number % 2);
    for (const index of [0, 1]) {
      const { body } = await plane
        .request(index)
        .get(`/services/${service}/environments/${environment}/config`);
      expect(body).toMatchObject({ revision: number, content: { number } });
      expect((await fetch(`${plane.api(index).url}/readyz`)).status).toBe(200);
    }
  }
  expect(agents.every((agent) => agent.isConnected && agent.disconnects.length === 0)).toBe(true);
});

it('says that health is not known, rather than something wrong, and answers heartbeats', async () => {
  const instances = `/services/${service}/environments/${environment}/instances`;
  await plane.request().get(instances).expect(isProblem(503, 'storage_unavailable'));
  expect(await agents[0]?.beat()).toMatchObject({ want: { revision: number } });
});

it('pushes at once again, and knows all instances, when Redis is back', async () => {
  await plane.redis.start();
  await eventually(async () => {
    const { body } = await plane
      .request(1)
      .get(`/services/${service}/environments/${environment}/instances`)
      .expect(200);
    expect((body as { items: { id: string; revision: number }[] }).items).toMatchObject([
      { id: 'on-0', revision: number, lifecycle: 'ready' },
      { id: 'on-1', revision: number, lifecycle: 'ready' },
    ]);
  });
  // The timer alone would bring it after half its interval on average; five times in a row is no luck.
  const waits: number[] = [];
  await eventually(async () => {
    waits.push(await publishAt(number % 2));
    expect(Math.max(...waits.slice(-5))).toBeLessThan(FEED_INTERVAL_MS / 4);
    expect(waits.length).toBeGreaterThanOrEqual(5);
  });
  await Promise.all(plane.workers.map((worker) => worker.ready()));
});

it('keeps its promises', async () => {
  const state = await readDatabaseState(plane.database);
  expect(checkJournal(journal.lines, state, { liveAgents: ['on-0', 'on-1'] })).toEqual([]);
  expect(journal.count('unknown')).toBe(0);
});
