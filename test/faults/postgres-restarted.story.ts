import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkJournal } from '../harness/check-journal.js';
import { readDatabaseState } from '../harness/database-state.js';
import { eventually } from '../harness/eventually.js';
import { Journal } from '../harness/journal.js';
import { Publisher } from '../harness/publisher.js';
import { createToken, register } from '../harness/request.js';
import { type Plane, startPlane } from '../harness/start-plane.js';
import { TestAgent } from '../harness/test-agent.js';

const RESTARTS = 5;
const environment = 'prod';
const services = ['first', 'second'];

const journal = new Journal();
const agents: TestAgent[] = [];
let plane: Plane;
let publishers: Publisher[];

beforeAll(async () => {
  plane = await startPlane({ apis: 2, ownPostgres: true, environment: { BINNACLE_FEED_INTERVAL_MS: '300' } });
  for (const service of services) await register(plane.request(), service);
  const { token } = await createToken(plane.request(), 'agent');
  publishers = [0, 1, 2, 3].map((index) => {
    const { url } = plane.api(index % 2);
    return new Publisher({ name: `p${index}`, token: plane.adminToken, journal, url: () => url });
  });
  for (const [index, service] of services.entries())
    agents.push(
      await TestAgent.connect({
        id: `of-${service}`,
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

it('keeps every acknowledged publish whole when PostgreSQL is restarted at once, again and again', async () => {
  let isOver = false;
  let number = 0;
  const publishing = publishers.map(async (publisher, index) => {
    const service = services[index % 2] ?? 'first';
    const layer = index < 2 ? 'base' : environment;
    while (!isOver) await publisher.publish(service, layer, { [`from${index}`]: ++number });
  });
  for (let restart = 0; restart < RESTARTS; restart++) {
    const before = journal.count('acknowledged');
    // In the middle of publishes, at another moment each time.
    await eventually(
      () => expect(journal.count('acknowledged')).toBeGreaterThan(before + 10 + 10 * Math.random()),
      {
        timeoutMs: 20_000,
        intervalMs: 3,
      },
    );
    await plane.postgres?.kill('SIGQUIT');
    await plane.postgres?.start();
  }
  const before = journal.count('acknowledged');
  await eventually(() => expect(journal.count('acknowledged')).toBeGreaterThan(before + 10), {
    timeoutMs: 20_000,
  });
  isOver = true;
  await Promise.all(publishing);

  const state = await readDatabaseState(plane.database);
  const heads = new Map(
    state.heads.filter((head) => head.environment === environment).map((head) => [head.service, head]),
  );
  await eventually(() => {
    for (const [index, service] of services.entries())
      expect(agents[index]?.have?.revision).toBe(heads.get(service)?.revision);
  });
  const liveAgents = agents.map(({ id }) => id);
  expect(checkJournal(journal.lines, state, { liveAgents })).toEqual([]);
});

it('told every publisher what it could know, and never that the fault was its own', () => {
  const statuses = new Set(publishers.flatMap((publisher) => publisher.statuses));
  // 412: two wrote the same document, or the one before was unknown and had happened.
  expect([...statuses].filter((status) => ![201, 412, 503].includes(status))).toEqual([]);
  expect(statuses).toContain(503);
});

it('left both processes running, and their agents connected', async () => {
  for (const api of plane.apis) {
    expect(api.isRunning).toBe(true);
    await api.ready();
  }
  expect(agents.flatMap((agent) => agent.disconnects)).toEqual([]);
});
