import { type Circuit, DEFAULT_BREAKER_POLICY } from '@binnacle/domain';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { specActor } from '../../../../test/harness/spec-actor.js';
import { createSpecDatabase, type SpecDatabase } from '../../../../test/harness/spec-database.js';
import { type Database, openDatabase } from '../database.js';
import { type Mutation, runMutation } from '../mutation.js';
import type { Pair } from '../pair.js';
import { type ForcedSince, visibleGeneration } from './breaker-record.js';
import { BreakerStore } from './breaker-store.js';

const LIMIT = 3;
const policy = DEFAULT_BREAKER_POLICY;
const open: Circuit = { state: 'open', sinceMs: 1_000, untilMs: 6_000, attempt: 1, reason: 'failing' };
let spec: SpecDatabase;
let database: Database;
let store: BreakerStore;
let pair: Pair;

beforeAll(async () => {
  spec = await createSpecDatabase(inject('postgresUrl'));
  database = openDatabase(spec.options);
  store = new BreakerStore(database);
});

afterAll(async () => {
  await database.close();
  await spec.drop();
});

beforeEach(async () => {
  pair = { workspaceId: 'default', service: `s-${randomUUID()}`, environment: 'prod' };
  await database.within('default').prisma.service.create({
    data: { workspaceId: 'default', name: pair.service, kind: 'service' },
  });
});

describe('policies', () => {
  it('adds a breaker and changes its policy, with a generation that rises', async () => {
    expect(await put('db')).toBe(true);
    const before = await find('db');
    expect(before).toMatchObject({ name: 'db', policy, forced: null, circuit: null });
    await mutate((mutation) => store.putPolicy(mutation, pair, 'db', { ...policy, openMs: 700 }, LIMIT));
    const after = await find('db');
    expect(after.policy.openMs).toBe(700);
    expect(after.settingsGeneration).toBeGreaterThan(before.settingsGeneration);
  });

  it('lets an agent add a breaker but never change its policy', async () => {
    const register = (openMs: number) =>
      mutate((mutation) => store.register(mutation, pair, 'db', { ...policy, openMs }, LIMIT));
    expect(await register(700)).toBe(true);
    expect(await register(900)).toBe(false);
    expect((await find('db')).policy.openMs).toBe(700);
  });

  it('keeps to the limit when many are added at once, by agents and by people', async () => {
    const added = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        index % 2 === 0
          ? put(`b-${index}`)
          : mutate((mutation) => store.register(mutation, pair, `b-${index}`, policy, LIMIT)),
      ),
    );
    expect(added.filter(Boolean)).toHaveLength(LIMIT);
    expect(await store.all(pair)).toHaveLength(LIMIT);
  });

  it('adds one breaker once when ten agents bring it at once', async () => {
    const added = await Promise.all(
      Array.from({ length: 10 }, () =>
        mutate((mutation) => store.register(mutation, pair, 'db', policy, LIMIT)),
      ),
    );
    expect(added.filter(Boolean)).toHaveLength(1);
  });

  it('lists by name, page after page, and never those of another environment', async () => {
    for (const name of ['http:payments/v1', 'db', 'cache.hot']) await put(name);
    const first = await store.list(pair, { limit: 2 });
    expect(first.items.map(({ name }) => name)).toEqual(['cache.hot', 'db']);
    const second = await store.list(pair, { limit: 2, cursor: first.nextCursor ?? '' });
    expect(second).toMatchObject({ items: [{ name: 'http:payments/v1' }], nextCursor: null });
    expect(await store.all({ ...pair, environment: 'dev' })).toEqual([]);
  });
});

describe('circuits', () => {
  it('remembers the latest transition, in whichever order they are written', async () => {
    await put('db');
    await store.saveCircuit(pair, 'db', { generation: 3, circuit: open });
    await store.saveCircuit(pair, 'db', { generation: 2, circuit: { ...open, reason: 'earlier' } });
    expect((await find('db')).circuit).toEqual({ generation: 3, circuit: open });
  });

  it('does not remember counted calls', async () => {
    await put('db');
    const window = { fromSecond: 5, buckets: [{ second: 6, calls: 1, failures: 0 }], sources: [] };
    await store.saveCircuit(pair, 'db', {
      generation: 1,
      circuit: { state: 'closed', sinceMs: 5_000, attempt: 1, window },
    });
    expect((await find('db')).circuit?.circuit).toMatchObject({ window: { fromSecond: 5, buckets: [] } });
  });

  it('counts the changes of people and of the circuit apart, so that neither hides the other', async () => {
    await put('db');
    const { settingsGeneration } = await find('db');
    await store.saveCircuit(pair, 'db', { generation: 1_004, circuit: open });
    expect((await find('db')).settingsGeneration).toBe(settingsGeneration);
    await force('db', forced('disabled', null));
    await store.saveCircuit(pair, 'db', { generation: 1_005, circuit: { ...open, attempt: 2 } });
    const record = await find('db');
    expect(record.settingsGeneration).toBeGreaterThan(settingsGeneration);
    expect(record.circuit?.generation).toBe(1_005);
  });
});

describe('forced states', () => {
  it('sets one, replaces it and takes it back, with a generation that rises each time and on expiry', async () => {
    await put('db');
    const generations: number[] = [];
    const note = async (nowMs: number) => generations.push(visibleGeneration(await find('db'), 7, nowMs));
    await note(0);
    await force('db', forced('forced_open', 1_000));
    await note(999);
    await note(1_000);
    await force('db', forced('metrics_only', 5_000));
    await note(1_001);
    expect((await find('db')).forced).toEqual(forced('metrics_only', 5_000));
    await force('db', null);
    await note(6_000);
    expect((await find('db')).forced).toBeNull();
    expect(generations).toEqual([...new Set(generations)].toSorted((a, b) => a - b));
  });

  it('says when there is no such breaker', async () => {
    expect(await force('unknown', null)).toBe(false);
  });
});

describe('countOpen', () => {
  it('counts what lets no ordinary call through: an expired force does not count, a disabled circuit neither', async () => {
    const limit = 10;
    const names = ['open', 'half', 'closed', 'forced', 'expired', 'disabled', 'expired-open'];
    for (const name of names)
      await mutate((mutation) => store.putPolicy(mutation, pair, name, policy, limit));
    const half: Circuit = { state: 'half_open', sinceMs: 1, attempt: 1, trials: [] };
    for (const name of ['open', 'disabled', 'expired-open'])
      await store.saveCircuit(pair, name, { generation: 1, circuit: open });
    await store.saveCircuit(pair, 'half', { generation: 1, circuit: half });
    await force('forced', forced('forced_open', null));
    await force('expired', forced('forced_open', 5_000));
    await force('disabled', forced('disabled', 5_001));
    await force('expired-open', forced('disabled', 5_000));

    const counted = await store.countOpen('default', 'prod', [pair.service, 'another'], 5_000);
    expect(counted).toEqual(new Map([[pair.service, 4]]));
    expect(await store.countOpen('default', 'dev', [pair.service], 5_000)).toEqual(new Map());
    expect(await store.countOpen('elsewhere', 'prod', [pair.service], 5_000)).toEqual(new Map());
  });
});

function forced(state: ForcedSince['state'], untilMs: number | null): ForcedSince {
  return { state, untilMs, by: 'token:ada', reason: 'maintenance', sinceMs: 500 };
}

async function find(name: string) {
  const record = await store.find(pair, name);
  if (record === undefined) throw new Error(`no breaker ${name}`);
  return record;
}

function put(name: string): Promise<boolean> {
  return mutate((mutation) => store.putPolicy(mutation, pair, name, policy, LIMIT));
}

function force(name: string, state: ForcedSince | null): Promise<boolean> {
  return mutate((mutation) => store.force(mutation, pair, name, state));
}

async function mutate<Answer>(work: (mutation: Mutation) => Promise<Answer>): Promise<Answer> {
  return (await runMutation(database, specActor(), work)).answer;
}
