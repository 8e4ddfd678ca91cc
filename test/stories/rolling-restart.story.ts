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

/** Longest that an agent may be behind what was acknowledged while it is being moved. */
const MAX_BEHIND_MS = 3_000;
const service = 'always-on';
const environment = 'prod';

const journal = new Journal();
const raw: TestAgent[] = [];
const sdk: SdkAgentProcess[] = [];
let plane: Plane;
let balancer: TcpProxy;

beforeAll(async () => {
  // As a deployment sets it for its balancer: requests are taken for so long after readiness has turned.
  plane = await startPlane({ apis: 2, environment: { BINNACLE_DRAIN_DELAY_MS: '300' } });
  balancer = await TcpProxy.start(
    plane.apis.map(({ url }) => url),
    { asksReadiness: true },
  );
  await register(plane.request(), service);
  const { token } = await createToken(plane.request(), 'agent');
  const about = { url: balancer.url, token, service, environment };
  for (const id of ['raw-0', 'raw-1', 'raw-2', 'raw-3'])
    raw.push(await TestAgent.connect({ ...about, id, journal, heartbeatMs: 300 }));
  for (const id of ['sdk-0', 'sdk-1']) {
    const options = {
      ...about,
      run: id,
      instance: { id },
      cacheDir: false,
      heartbeatMs: 300,
      readyTimeoutMs: 50,
    } as const;
    sdk.push(new SdkAgentProcess(options, journal));
  }
  await Promise.all(sdk.map((agent) => agent.ready()));
});
afterAll(async () => {
  for (const agent of raw) agent.close();
  await Promise.all(sdk.map((agent) => agent.stop()));
  await balancer.stop();
  await plane.stop();
});

it('fails no request and leaves no agent behind while both processes are restarted in turn', async () => {
  let isOver = false;
  let number = 0;
  const options = { token: plane.adminToken, journal, url: () => balancer.url };
  const publisher = new Publisher({ ...options, name: 'p' });
  const publishing = (async () => {
    while (!isOver) await publisher.publish(service, 'base', { number: ++number });
  })();
  const readStatuses = new Set<number>();
  const resets: unknown[] = [];
  const reading = (async () => {
    const config = `${balancer.url}/api/v1/services/${service}/environments/${environment}/config`;
    const headers = { authorization: `Bearer ${plane.adminToken}`, connection: 'close' };
    await eventually(() => expect(journal.count('acknowledged')).toBeGreaterThan(0));
    while (!isOver) {
      try {
        const response = await fetch(config, { headers });
        await response.arrayBuffer();
        readStatuses.add(response.status);
      } catch (error) {
        resets.push(error);
      }
    }
  })();

  for (const api of plane.apis) {
    const before = journal.count('acknowledged');
    await eventually(() => expect(journal.count('acknowledged')).toBeGreaterThan(before + 5));
    await api.stop();
    await api.start();
  }
  isOver = true;
  await Promise.all([publishing, reading]);

  expect([...readStatuses]).toEqual([200]);
  expect(resets).toEqual([]);
  // Nothing was refused, and no process said of itself that it failed.
  expect(journal.count('refused')).toBe(0);
  expect(publisher.statuses.filter((status) => status !== 201)).toEqual([]);
  expect(journal.count('unknown')).toBe(0);

  const agents = [...raw.map(({ id }) => id), ...sdk.map(({ run }) => run)];
  const state = await readDatabaseState(plane.database);
  const newest = state.heads.find((head) => head.environment === environment)?.revision;
  await eventually(() => {
    for (const agent of agents) expect(journal.newest(agent)?.revision).toBe(newest);
  });
  expect(raw.flatMap((agent) => agent.goaways).length).toBeGreaterThan(0);
  expect(checkJournal(journal.lines, state, { liveAgents: agents })).toEqual([]);
  for (const agent of agents) expect([agent, longestBehindMs(agent) < MAX_BEHIND_MS]).toEqual([agent, true]);
});

/** The longest time between an acknowledgement and the moment at which the agent ran that revision or a later one. */
function longestBehindMs(agent: string): number {
  const applied = journal.applied(agent);
  return Math.max(
    ...journal.lines
      .filter((line) => line.kind === 'acknowledged')
      .map(
        ({ version, atMs }) => (applied.find((line) => line.revision >= version)?.atMs ?? Infinity) - atMs,
      ),
  );
}
