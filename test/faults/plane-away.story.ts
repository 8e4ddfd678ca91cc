import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkJournal } from '../harness/check-journal.js';
import { readDatabaseState } from '../harness/database-state.js';
import { eventually } from '../harness/eventually.js';
import { Journal } from '../harness/journal.js';
import { Publisher } from '../harness/publisher.js';
import { createToken, register } from '../harness/request.js';
import { SdkAgentProcess } from '../harness/sdk-agent.js';
import { type Plane, startPlane } from '../harness/start-plane.js';
import { TcpProxy } from '../harness/tcp-proxy.js';

const KILLS = 6;
const service = 'self-reliant';
const environment = 'prod';

const journal = new Journal();
const cacheDir = mkdtempSync(join(tmpdir(), 'binnacle-agent-cache-'));
let plane: Plane;
let door: TcpProxy;
let token: string;
let publisher: Publisher;
let number = 0;
let runs = 0;

beforeAll(async () => {
  plane = await startPlane();
  door = await TcpProxy.start([plane.api(0).url]);
  await register(plane.request(), service);
  ({ token } = await createToken(plane.request(), 'agent'));
  publisher = new Publisher({ name: 'p', token: plane.adminToken, journal, url: () => plane.api(0).url });
});
afterAll(async () => {
  await door.stop();
  await plane.stop();
  rmSync(cacheDir, { recursive: true });
});

/** So large that writing it takes a moment in which the writer can be killed. */
const bulk = Object.fromEntries(
  Array.from({ length: 2_000 }, (_, index) => [`key-${index}`, 'x'.repeat(100)]),
);

async function publish(content: object = {}): Promise<number> {
  const outcome = await publisher.publish(service, 'base', {
    number: ++number,
    mode: `mode-${number}`,
    ...content,
  });
  expect(outcome).toMatchObject({ kind: 'acknowledged' });
  return number;
}

function start(options: { readyTimeoutMs?: number } = {}): SdkAgentProcess {
  const run = `run-${++runs}`;
  const about = { token, service, environment, instance: { id: 'steady' }, cacheDir, heartbeatMs: 200 };
  return new SdkAgentProcess({ ...about, ...options, run, url: door.url }, journal);
}

const runsRevision = (agent: SdkAgentProcess, revision: number) =>
  eventually(() => expect(journal.newest(agent.run)?.revision).toBe(revision));

const cacheFiles = () => readdirSync(cacheDir).filter((name) => name.endsWith('.json'));

describe('a service that starts while the control plane is away', () => {
  it('starts from its cache, says so, and follows the plane when it is back', async () => {
    const first = start();
    await publish();
    await first.ready();
    const cached = await publish();
    await runsRevision(first, cached);
    await first.stop();
    expect(cacheFiles()).toHaveLength(1);

    await plane.api(0).stop();
    const second = start();
    expect(await second.ready()).toMatchObject({ source: 'cache', revision: cached });
    expect((await second.ready()).afterMs).toBeLessThan(1_000);
    expect(journal.newest(second.run)).toMatchObject({ source: 'cache', revision: cached });

    await plane.api(0).start();
    const next = await publish();
    // Its back-off may have grown while the plane was away.
    await eventually(
      () => expect(journal.newest(second.run)).toMatchObject({ revision: next, source: 'plane' }),
      {
        timeoutMs: 40_000,
      },
    );
    await second.stop();
  });

  it('starts with nothing when it has no cache, within the time that it gives itself', async () => {
    for (const file of cacheFiles()) rmSync(join(cacheDir, file));
    door.cut();
    const agent = start({ readyTimeoutMs: 300 });
    expect(await agent.ready()).toMatchObject({ source: 'defaults', revision: null });
    expect(journal.applied(agent.run)).toEqual([]);
    door.heal();
    await runsRevision(agent, number);
    await agent.stop();
  });
});

describe('a cache', () => {
  it('of a service that was killed at any moment of writing it is whole, or not used', async () => {
    const sources: string[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      door.heal();
      const victim = start();
      await victim.ready();
      const target = await publish({ ...bulk, kill });
      const following = publish({ ...bulk, kill, again: true });
      await eventually(() => expect(journal.newest(victim.run)?.revision).toBeGreaterThanOrEqual(target), {
        intervalMs: 1,
      });
      // It is writing what it has just applied, or has done so, or not yet.
      await new Promise((resolve) => setTimeout(resolve, 8 * Math.random()));
      await victim.kill();
      await following;

      door.cut();
      const survivor = start({ readyTimeoutMs: 200 });
      sources.push((await survivor.ready()).source);
      door.heal();
      await runsRevision(survivor, number);
      await survivor.stop();
      expect(survivor.warnings.join('\n')).not.toMatch(/checksum|damaged/);
    }
    expect(sources).toEqual(Array.from({ length: KILLS }, () => 'cache'));
    const left = readdirSync(cacheDir).filter((name) => name.endsWith('.tmp'));
    expect(left).toEqual([]);
  });

  it.each([
    ['truncated', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
    ['bit-flipped', (bytes: Buffer) => bytes.with(bytes.length - 40, (bytes.at(-40) ?? 0) ^ 1)],
    [
      'given another number',
      (bytes: Buffer) => Buffer.from(bytes.toString().replace('"revision":', '"revision":9')),
    ],
    ['empty', () => Buffer.alloc(0)],
    ['replaced by something else', () => Buffer.from('{"number": 999999, "revision": 999999}')],
  ])('that was %s is refused with a warning, and replaced by what the plane says', async (_how, damage) => {
    const [file] = cacheFiles();
    const path = join(cacheDir, file ?? '');
    writeFileSync(path, damage(readFileSync(path)));
    door.cut();
    const agent = start({ readyTimeoutMs: 200 });
    expect(await agent.ready()).toMatchObject({ source: 'defaults', revision: null });
    expect(agent.warnings.join('\n')).toContain('ignoring the cached configuration');
    door.heal();
    await runsRevision(agent, number);
    await agent.stop();
  });
});

it('keeps its promises', async () => {
  const state = await readDatabaseState(plane.database);
  expect(checkJournal(journal.lines, state, { liveAgents: [`run-${runs}`] })).toEqual([]);
  expect(journal.count('reads')).toBeGreaterThan(10);
});
