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

const REVISIONS = 60;
const service = 'remote';
const environment = 'prod';

const journal = new Journal();
const raw: TestAgent[] = [];
const sdk: SdkAgentProcess[] = [];
let plane: Plane;
let network: TcpProxy;

beforeAll(async () => {
  plane = await startPlane({ apis: 2, environment: { BINNACLE_FEED_INTERVAL_MS: '300' } });
  network = await TcpProxy.start(plane.apis.map(({ url }) => url));
  await register(plane.request(), service);
  const { token } = await createToken(plane.request(), 'agent');
  const about = { url: network.url, token, service, environment };
  for (const id of ['raw-0', 'raw-1'])
    raw.push(await TestAgent.connect({ ...about, id, journal, heartbeatMs: 200 }));
  for (const id of ['sdk-0', 'sdk-1']) {
    const options = {
      ...about,
      run: id,
      instance: { id },
      cacheDir: false,
      heartbeatMs: 200,
      readyTimeoutMs: 50,
    } as const;
    sdk.push(new SdkAgentProcess(options, journal));
  }
  await Promise.all(sdk.map((agent) => agent.ready()));
});
afterAll(async () => {
  for (const agent of raw) agent.close();
  await Promise.all(sdk.map((agent) => agent.stop()));
  await network.stop();
  await plane.stop();
});

it('brings every agent forward only, each revision once, however connections delay and break', async () => {
  const publishers = plane.apis.map(
    ({ name, url }) => new Publisher({ name, token: plane.adminToken, journal, url: () => url }),
  );
  for (let number = 1; number <= REVISIONS; number++) {
    network.delayMs = Math.random() < 0.3 ? 40 * Math.random() : 0;
    // Each agent comes back to either process, which may know more or less than the one that it left.
    if (number % 10 === 0) network.drop();
    const outcome = await publishers[number % 2]?.publish(service, 'base', { number });
    expect(outcome).toMatchObject({ kind: 'acknowledged' });
  }
  network.heal();
  const agents = [...raw, ...sdk].map((agent) => ('id' in agent ? agent.id : agent.run));
  await eventually(() => {
    for (const agent of agents) expect([agent, journal.newest(agent)?.revision]).toEqual([agent, REVISIONS]);
  });
  expect(raw.every((agent) => agent.disconnects.length >= 3)).toBe(true);
  const state = await readDatabaseState(plane.database);
  expect(checkJournal(journal.lines, state, { liveAgents: agents })).toEqual([]);
});
