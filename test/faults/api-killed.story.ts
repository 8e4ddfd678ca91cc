import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkJournal } from '../harness/check-journal.js';
import { readDatabaseState } from '../harness/database-state.js';
import { eventually } from '../harness/eventually.js';
import { Journal } from '../harness/journal.js';
import { Publisher } from '../harness/publisher.js';
import { createToken, register } from '../harness/request.js';
import { SdkAgentProcess } from '../harness/sdk-agent.js';
import { type Plane, startPlane } from '../harness/start-plane.js';
import { TcpProxy } from '../harness/tcp-proxy.js';
import { TestAgent } from '../harness/test-agent.js';

const ROUNDS = 3;
const FEED_INTERVAL_MS = 500;
const service = 'fragile';
const environment = 'prod';

const journal = new Journal();
const agents: TestAgent[] = [];
let plane: Plane;
let balancer: TcpProxy;
let sdk: SdkAgentProcess;
let publisher: Publisher;

beforeAll(async () => {
  plane = await startPlane({ apis: 2, environment: { BINNACLE_FEED_INTERVAL_MS: String(FEED_INTERVAL_MS) } });
  await register(plane.request(), service);
  const { token } = await createToken(plane.request(), 'agent');
  publisher = new Publisher({ name: 'p', token: plane.adminToken, journal, url: () => plane.api(0).url });
  await publisher.publish(service, 'base', { round: 0 });
  for (const index of [0, 0, 1, 1]) {
    const id = `agent-${agents.length}-on-${index}`;
    agents.push(
      await TestAgent.connect({ id, url: plane.api(index).url, token, service, environment, journal }),
    );
  }
  balancer = await TcpProxy.start(plane.apis.map(({ url }) => url));
  const options = {
    token,
    service,
    environment,
    instance: { id: 'sdk' },
    cacheDir: false,
    heartbeatMs: 400,
  } as const;
  sdk = new SdkAgentProcess({ ...options, run: 'sdk', url: balancer.url }, journal);
  await sdk.ready();
});
afterAll(async () => {
  for (const agent of agents) agent.close();
  await sdk.stop();
  await balancer.stop();
  await plane.stop();
});

/** Resolves as soon as a version above this one can be seen, which is when its transaction has been committed. */
async function committedAbove(version: number): Promise<void> {
  for (;;) {
    const [row] = await plane.database.query<{ version: number }>(
      'select current_version as version from documents where service = $1',
      [service],
    );
    if (row !== undefined && row.version > version) return;
  }
}

it('pushes what a process had committed when it was killed, before it told anybody', async () => {
  let unanswered = 0;
  for (let round = 1; round <= ROUNDS; round++) {
    const [row] = await plane.database.query<{ version: number }>(
      'select current_version as version from documents',
    );
    const version = row?.version ?? 0;
    const committed = committedAbove(version);
    const outcome = publisher.publishOver(`"${version}"`, service, 'base', { round });
    await committed;
    await plane.api(0).kill('SIGKILL');
    if ((await outcome).kind === 'unknown') unanswered += 1;

    // Nobody is left who knows of it but PostgreSQL: the other process finds it in the feed.
    await eventually(
      () => {
        for (const agent of agents.slice(2)) expect(agent.have?.revision).toBe(version + 1);
      },
      { timeoutMs: FEED_INTERVAL_MS * 1.25 + 2_000 },
    );
    await plane.api(0).start();
    await eventually(() => {
      for (const agent of agents) expect(agent.have?.revision).toBe(version + 1);
      expect(journal.newest('sdk')?.revision).toBe(version + 1);
    });
  }
  // Otherwise every kill came too late, and this story told nothing.
  expect(unanswered).toBeGreaterThan(0);
});

it('stays whole when it is killed at any moment of many publishes', async () => {
  let isOver = false;
  let number = 0;
  const publishing = [0, 1].map(async (index) => {
    const url = () => plane.api(index).url;
    const own = new Publisher({
      name: `q${index}`,
      token: plane.adminToken,
      journal,
      url,
      requestTimeoutMs: 3_000,
    });
    while (!isOver) await own.publish(service, 'base', { number: ++number });
  });
  for (let round = 0; round < 2; round++) {
    const before = journal.count('acknowledged');
    await eventually(() =>
      expect(journal.count('acknowledged')).toBeGreaterThan(before + 5 + 10 * Math.random()),
    );
    await plane.api(round).kill('SIGKILL');
    await plane.api(round).start();
  }
  isOver = true;
  await Promise.all(publishing);
  const state = await readDatabaseState(plane.database);
  const newest = state.heads.find((head) => head.environment === environment)?.revision;
  await eventually(() => {
    for (const agent of agents) expect(agent.have?.revision).toBe(newest);
    expect(journal.newest('sdk')?.revision).toBe(newest);
  });
  const liveAgents = [...agents.map(({ id }) => id), 'sdk'];
  expect(checkJournal(journal.lines, state, { liveAgents })).toEqual([]);
});
