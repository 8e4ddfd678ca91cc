import { type BreakerPush, breakerPolicySchema, type CallsReport, MAX_BREAKERS } from '@binnacle/contracts';
import {
  BreakerStore,
  CircuitStore,
  type Database,
  EnvironmentStore,
  openDatabase,
  openRedis,
  type Pair,
  type Redis,
  ServiceStore,
} from '@binnacle/store';
import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { specActor } from '../../../../test/harness/spec-actor.js';
import { createSpecDatabase, type SpecDatabase } from '../../../../test/harness/spec-database.js';
import { ChangeBus } from '../changes/change-bus.js';
import { Mutations } from '../changes/mutations.js';
import { readEnvironment } from '../environment.js';
import { BreakerDesk } from './breaker-desk.js';
import { BreakersService } from './breakers.service.js';

const OPEN_MS = 300;
const policy = breakerPolicySchema.parse({
  openMs: OPEN_MS,
  jitterPercent: 0,
  minimumCalls: 10,
  leaseMs: 2_000,
});
const actor = specActor({ name: 'token:ada' });
const processes: ApiProcess[] = [];
let spec: SpecDatabase;
let admin: Database;
let pair: Pair;

/** What an API process has for breakers, with connections of its own. */
interface ApiProcess {
  readonly desk: BreakerDesk;
  readonly service: BreakersService;
  readonly redis: Redis;
  /** The last push for each breaker. */
  readonly heard: Map<string, BreakerPush>;
  readonly pushes: BreakerPush[];
  stop(): Promise<void>;
}

beforeAll(async () => {
  spec = await createSpecDatabase(inject('postgresUrl'));
  admin = database('admin');
});
afterAll(async () => {
  await admin.close();
  await spec.drop();
});

beforeEach(async () => {
  pair = { workspaceId: 'default', service: `s-${randomUUID()}`, environment: 'prod' };
  await admin.within('default').prisma.service.create({
    data: { workspaceId: 'default', name: pair.service, kind: 'service' },
  });
});
afterEach(async () => {
  await Promise.all(processes.splice(0).map((process) => process.stop()));
});

describe('a breaker behind two API processes', () => {
  it('is registered by the first agent that uses it, and told to the agents of both', async () => {
    const [one, two] = await twoProcesses();
    expect(await one.desk.report(pair, user('a'), introduce('db'))).toMatchObject([
      { name: 'db', state: 'closed', policy },
    ]);
    await expect.poll(() => two.heard.get('db')?.state).toBe('closed');
    expect(await two.desk.report(pair, user('b'), introduce('db'))).toMatchObject([
      { name: 'db', state: 'closed' },
    ]);
  });

  it('opens for both when calls reported to both break its policy together', async () => {
    const [one, two] = await twoProcesses();
    await one.desk.report(pair, user('a'), introduce('db'));
    await expect.poll(() => two.heard.has('db')).toBe(true);
    await one.desk.report(pair, user('a'), calls('db', 6, 6));
    expect(one.heard.get('db')?.state).toBe('closed');
    await two.desk.report(pair, user('b'), calls('db', 6, 6));
    expect(two.heard.get('db')).toMatchObject({
      state: 'open',
      reason: expect.stringContaining('12 calls') as string,
    });
    await expect.poll(() => one.heard.get('db')).toEqual(two.heard.get('db'));
    await expect.poll(async () => (await stored('db'))?.circuit?.circuit.state).toBe('open');
  });

  it('goes half-open in time, lets as many trial calls through as its policy says, and closes when they succeed', async () => {
    const [one, two] = await twoProcesses();
    await trip(one, two);
    await expect.poll(() => two.heard.get('db')?.state).toBe('half_open');
    const generation = two.heard.get('db')?.generation ?? 0;
    const asked = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        (index % 2 === 0 ? one : two).desk.lease(pair, `i-${index}`, { name: 'db', generation }),
      ),
    );
    const granted = asked.flatMap((answer) => (answer.granted ? [answer] : []));
    expect(granted).toHaveLength(policy.halfOpenCalls);
    expect(granted.every(({ expiresInMs }) => expiresInMs > 0 && expiresInMs <= policy.leaseMs)).toBe(true);
    for (const { leaseId } of granted)
      await two.desk.report(pair, user('b'), trial('db', leaseId, 'success'));
    await expect.poll(() => one.heard.get('db')?.state).toBe('closed');
    expect(rises(one.pushes)).toBe(true);
    expect(rises(two.pushes)).toBe(true);
  });

  it('opens again for both when a lease ends unreported', async () => {
    const [one, two] = await twoProcesses();
    await trip(one, two);
    await expect.poll(() => one.heard.get('db')?.state).toBe('half_open');
    expect(await one.desk.lease(pair, 'dead', { name: 'db', generation: 0 })).toMatchObject({
      granted: true,
    });
    await expect
      .poll(() => two.heard.get('db'), { timeout: 5_000 })
      .toMatchObject({
        state: 'open',
        reason: 'trial call of dead was never reported',
      });
  });

  it('obeys a forced state at once, and the circuit again when that expires', async () => {
    const [one, two] = await twoProcesses();
    await one.desk.report(pair, user('a'), introduce('db'));
    await expect.poll(() => two.heard.has('db')).toBe(true);
    const params = { service: pair.service, environment: pair.environment, name: 'db' };
    const body = { state: 'forced_open', ttlSeconds: 1, reason: 'maintenance' } as const;
    const answer = await one.service.force(actor, params, body);
    expect(answer).toMatchObject({
      state: 'forced_open',
      reason: 'maintenance',
      forced: { by: 'token:ada' },
    });
    expect(one.heard.get('db')).toMatchObject({ state: 'forced_open', generation: answer.generation });
    await expect.poll(() => two.heard.get('db')?.state).toBe('forced_open');
    await expect
      .poll(() => [one, two].map(({ heard }) => heard.get('db')?.state), { timeout: 3_000 })
      .toEqual(['closed', 'closed']);
    expect((await two.service.read('default', params)).generation).toBe(two.heard.get('db')?.generation);
    expect(rises(two.pushes)).toBe(true);
  });

  it('stays open with a higher generation when Redis loses everything', async () => {
    const [one, two] = await twoProcesses();
    await trip(one, two, 60_000);
    const before = one.heard.get('db')?.generation ?? 0;
    await one.redis.flushdb();
    await expect.poll(() => one.heard.get('db')?.generation, { timeout: 5_000 }).toBeGreaterThan(before);
    await expect.poll(() => two.heard.get('db')).toEqual(one.heard.get('db'));
    expect(
      one.pushes
        .concat(two.pushes)
        .slice(-2)
        .every(({ state }) => state === 'open'),
    ).toBe(true);
  });

  it('tells a process that starts later what the fleet shares', async () => {
    const [one, two] = await twoProcesses();
    await trip(one, two, 60_000);
    const three = await start();
    expect(await three.desk.stateFor(pair)).toEqual([one.heard.get('db')]);
  });
});

describe('bounds', () => {
  it('says so, soon, when Redis is away, and shows what PostgreSQL remembers', async () => {
    const [one, two] = await twoProcesses();
    await trip(one, two, 60_000);
    await expect.poll(async () => (await stored('db'))?.circuit).not.toBeNull();
    one.redis.disconnect();
    await expect(one.desk.report(pair, user('a'), calls('db', 1, 1))).rejects.toMatchObject({
      code: 'storage_unavailable',
    });
    await expect(one.desk.lease(pair, 'a', { name: 'db', generation: 1 })).rejects.toMatchObject({
      code: 'storage_unavailable',
    });
    expect(await one.service.list('default', pair, { limit: 10 })).toMatchObject({
      items: [{ name: 'db', state: 'open' }],
    });
  });

  it('ignores calls of a breaker that nobody introduced, and takes no more breakers than the limit', async () => {
    const one = await start();
    expect(await one.desk.report(pair, user('a'), calls('unknown', 9, 9))).toEqual([]);
    const names = Array.from({ length: MAX_BREAKERS + 1 }, (_, index) => `b-${index}`);
    for (const part of [names.slice(0, 100), names.slice(100, 200), names.slice(200)]) {
      await one.desk.report(pair, user('a'), {
        breakers: part.map((name) => ({ name, policy, buckets: [] })),
      });
    }
    expect(await one.desk.stateFor(pair)).toHaveLength(MAX_BREAKERS);
  });

  it('folds what it took before it closes', async () => {
    const one = await start();
    await one.desk.report(pair, user('a'), introduce('db'));
    await one.desk.report(pair, user('a'), calls('db', 1, 0));
    const last = one.desk.report(pair, user('a'), calls('db', 20, 20));
    await one.desk.onApplicationShutdown();
    await last;
    expect((await stored('db'))?.circuit?.circuit.state).toBe('open');
  });
});

async function twoProcesses(): Promise<[ApiProcess, ApiProcess]> {
  return [await start(), await start()];
}

async function start(): Promise<ApiProcess> {
  const environment = readEnvironment({
    DATABASE_URL: spec.connectionString,
    REDIS_URL: redisUrl(),
    BINNACLE_ADMIN_TOKEN: 'disabled',
    BINNACLE_SECRETS_KEY: randomBytes(32).toString('base64'),
  });
  const connected = database('api');
  const options = { commandTimeoutMs: 2_000, connectionName: 'breaker-desk-spec', onError: () => {} };
  const redis = openRedis({ url: redisUrl(), ...options });
  await expect.poll(() => redis.status).toBe('ready');
  const bus = new ChangeBus(environment, redis);
  const mutations = new Mutations(connected, bus);
  const breakers = new BreakerStore(connected);
  const circuits = new CircuitStore(redis);
  const desk = new BreakerDesk(breakers, circuits, mutations, bus);
  const services = new ServiceStore(connected);
  const environments = new EnvironmentStore(connected);
  const service = new BreakersService(mutations, breakers, circuits, services, environments);
  const pushes: BreakerPush[] = [];
  const heard = new Map<string, BreakerPush>();
  desk.onPush((from, push) => {
    if (from.service !== pair.service) return;
    pushes.push(push);
    heard.set(push.name, push);
  });
  desk.watch(pair);
  await desk.stateFor(pair);
  const stop = async () => {
    await desk.onApplicationShutdown();
    await bus.close();
    redis.disconnect();
    await connected.close();
  };
  processes.push({ desk, service, redis, heard, pushes, stop });
  return { desk, service, redis, heard, pushes, stop };
}

async function trip(one: ApiProcess, two: ApiProcess, openMs = OPEN_MS): Promise<void> {
  await one.desk.report(pair, user('a'), introduce('db', { ...policy, openMs, maxOpenMs: 60_000 }));
  await expect.poll(() => two.heard.has('db')).toBe(true);
  await one.desk.report(pair, user('a'), calls('db', 20, 20));
  expect(one.pushes.some(({ state }) => state === 'open')).toBe(true);
  await expect.poll(() => two.pushes.some(({ state }) => state === 'open')).toBe(true);
}

const user = (instanceId: string) => ({ instanceId, tokenId: 't-1', identity: 'user:u-1' });

function introduce(name: string, withPolicy = policy): CallsReport {
  return { breakers: [{ name, policy: withPolicy, buckets: [] }] };
}

function calls(name: string, made: number, failures: number): CallsReport {
  return { breakers: [{ name, buckets: [{ ageMs: 0, calls: made, failures, trailingFailures: failures }] }] };
}

function trial(name: string, leaseId: string, outcome: 'success' | 'failure'): CallsReport {
  return { breakers: [{ name, buckets: [], trials: [{ leaseId, outcome }] }] };
}

function rises(pushes: readonly BreakerPush[]): boolean {
  return pushes.every(
    ({ generation }, index) => index === 0 || generation > (pushes[index - 1]?.generation ?? 0),
  );
}

const stored = (name: string) => new BreakerStore(admin).find(pair, name);

function database(applicationName: string): Database {
  return openDatabase({ ...spec.options, poolSize: 4, applicationName, onError: () => {} });
}

/** A database of its own, so that this spec can empty it. */
function redisUrl(): string {
  return new URL('/6', inject('redisUrl')).href;
}
