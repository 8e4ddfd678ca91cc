import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../harness/eventually.js';
import { Journal } from '../harness/journal.js';
import { monotonicMs } from '../harness/monotonic-clock.js';
import { createToken, isProblem, publish, register } from '../harness/request.js';
import { SdkAgentProcess } from '../harness/sdk-agent.js';
import { type Plane, startPlane } from '../harness/start-plane.js';

const PROCESSES = 10;
const EVERY_MS = 60;
/** From the first process that hears of a new state to the last. */
const MAX_SPREAD_MS = 1_000;
/** Slow to fail, as dead dependencies are: long enough for every process to want a trial call meanwhile. */
const FAILS_AFTER_MS = 250;
/** In which calls that were let through before the circuit opened may still arrive. */
const IN_FLIGHT_MS = 300;
const service = 'orders';
const environment = 'prod';
const breaker = `/services/${service}/environments/${environment}/breakers/inventory`;
const policy = {
  failureRateThreshold: 50,
  windowSeconds: 5,
  minimumCalls: 20,
  minimumInstances: 3,
  openMs: 1e3,
  maxOpenMs: 2e3,
  jitterPercent: 0,
  halfOpenCalls: 3,
  leaseMs: 2e3,
  localAfterMs: 6e4,
};

/** The dependency: counts its calls, and fails them all while it is dead. */
const callsAtMs: number[] = [];
let isDead = false;
const dependency: Server = createServer((_request, response) => {
  callsAtMs.push(monotonicMs());
  if (isDead) setTimeout(() => response.writeHead(503).end(), FAILS_AFTER_MS);
  else response.writeHead(200).end();
});

const processes: SdkAgentProcess[] = [];
let plane: Plane;

beforeAll(async () => {
  dependency.listen(0, '127.0.0.1');
  await once(dependency, 'listening');
  plane = await startPlane({ apis: 2 });
  await register(plane.request(), service);
  await publish(plane.request(), service, 'base', { mode: 'fast' });
  await plane.request().put(breaker).send({ policy }).expect(200);
  const { token } = await createToken(plane.request(), 'agent');
  const url = `http://127.0.0.1:${(dependency.address() as AddressInfo).port}/`;
  for (let index = 0; index < PROCESSES; index++) {
    const run = `process-${index}`;
    const about = {
      run,
      token,
      service,
      environment,
      instance: { id: run },
      cacheDir: false,
      heartbeatMs: 1_000,
    } as const;
    const calls = { url, breaker: 'inventory', policy: {}, everyMs: EVERY_MS };
    processes.push(new SdkAgentProcess({ ...about, url: plane.api(index % 2).url, calls }, new Journal()));
  }
  await Promise.all(processes.map((agent) => agent.ready()));
});
afterAll(async () => {
  await Promise.all(processes.map((agent) => agent.stop()));
  dependency.closeAllConnections();
  dependency.close();
  await plane.stop();
});

const callsBetween = (fromMs: number, toMs: number) =>
  callsAtMs.filter((atMs) => atMs >= fromMs && atMs < toMs).length;

/** Waits until every process has come to this state since then; gives the first and the last time. */
async function allReached(state: string, sinceMs: number): Promise<{ firstMs: number; lastMs: number }> {
  return eventually(
    () => {
      const times = processes.map((agent) => {
        const change = agent.breakerChanges.find(({ to, atMs }) => to === state && atMs >= sinceMs);
        if (change === undefined)
          throw new Error(
            `${agent.run} is ${agent.breakerState}, not ${state}: ${JSON.stringify(agent.messages.slice(-5))}`,
          );
        return change.atMs;
      });
      return { firstMs: Math.min(...times), lastMs: Math.max(...times) };
    },
    { timeoutMs: 20_000 },
  );
}

describe('ten processes behind two APIs', () => {
  it('all call a dependency that works', async () => {
    const before = callsAtMs.length;
    await eventually(() => expect(callsAtMs.length).toBeGreaterThan(before + 100));
    expect(processes.map((agent) => agent.breakerState)).toEqual(processes.map(() => 'closed'));
  });

  it('stop together when it dies, and probe it no more than the policy allows', async () => {
    isDead = true;
    const diedAtMs = monotonicMs();
    const { firstMs, lastMs } = await allReached('open', diedAtMs);
    expect(lastMs - firstMs).toBeLessThan(MAX_SPREAD_MS);
    for (const agent of processes)
      expect(agent.breakerChanges[0]).toMatchObject({ from: 'closed', to: 'open', decidedBy: 'fleet' });

    const shown = (await plane.request().get(breaker).expect(200)).body as { generation: number };
    expect(['open', 'half_open']).toContain((shown as { state?: string }).state);
    await eventually(async () => {
      const { body } = await plane.request(1).get(`/overview?environment=${environment}`).expect(200);
      expect((body as { services: object[] }).services).toMatchObject([{ name: service, openBreakers: 1 }]);
    });

    // Three periods of probing: each process that was told of one has said so.
    const probes = () =>
      Math.max(
        ...processes.map((agent) => agent.breakerChanges.filter(({ to }) => to === 'half_open').length),
      );
    await eventually(() => expect(probes()).toBeGreaterThanOrEqual(3), { timeoutMs: 20_000 });
    await eventually(() => expect(processes.every((agent) => agent.breakerState === 'open')).toBe(true), {
      timeoutMs: 20_000,
      intervalMs: 5,
    });
    const calls = callsBetween(lastMs + IN_FLIGHT_MS, monotonicMs());
    expect(calls).toBeGreaterThanOrEqual(1);
    expect(calls).toBeLessThanOrEqual(probes() * policy.halfOpenCalls);
  });

  it('start again together when it is back', async () => {
    isDead = false;
    const { firstMs, lastMs } = await allReached('closed', monotonicMs());
    expect(lastMs - firstMs).toBeLessThan(MAX_SPREAD_MS);
    const before = callsAtMs.length;
    await eventually(() => expect(callsAtMs.length).toBeGreaterThan(before + 100));
    expect((await plane.request(1).get(breaker).expect(200)).body).toMatchObject({ state: 'closed' });
  });

  it('all obey a forced state with its reason, until it expires by itself', async () => {
    const forcedAtMs = monotonicMs();
    const reason = 'the warehouse is being moved';
    const body = { state: 'forced_open', reason, ttlSeconds: 2 };
    await plane.request(0).post(`${breaker}/force`).send(body).expect(200);
    const { firstMs, lastMs } = await allReached('forced_open', forcedAtMs);
    expect(lastMs - firstMs).toBeLessThan(MAX_SPREAD_MS);
    for (const agent of processes) {
      const change = agent.breakerChanges.find(({ to }) => to === 'forced_open');
      expect(change?.reason).toContain(reason);
    }
    const shown = await plane.request(1).get(breaker).expect(200);
    expect(shown.body).toMatchObject({
      state: 'forced_open',
      forced: { state: 'forced_open', by: 'token:admin', reason, until: expect.any(String) },
    });
    const { firstMs: freeAtMs, lastMs: allFreeAtMs } = await allReached('closed', lastMs);
    expect(callsBetween(lastMs + IN_FLIGHT_MS, freeAtMs)).toBe(0);
    expect(freeAtMs - forcedAtMs).toBeGreaterThan(1_500);
    expect(allFreeAtMs - freeAtMs).toBeLessThan(MAX_SPREAD_MS);
    expect((await plane.request(1).get(breaker).expect(200)).body).not.toHaveProperty('forced');
  });

  it('all obey when a forced state is taken back, or when a breaker is disabled', async () => {
    const startedAtMs = monotonicMs();
    await plane
      .request(1)
      .post(`${breaker}/force`)
      .send({ state: 'forced_open', reason: 'a drill' })
      .expect(200);
    await allReached('forced_open', startedAtMs);
    const takenBackAtMs = monotonicMs();
    await plane.request(0).delete(`${breaker}/force`).expect(204);
    await allReached('closed', takenBackAtMs);
    await plane
      .request(0)
      .post(`${breaker}/force`)
      .send({ state: 'forced_open' })
      .expect(isProblem(400, 'invalid_request'));
    const nobody = breaker.replace('inventory', 'nobody');
    await plane
      .request(0)
      .post(`${nobody}/force`)
      .send({ state: 'disabled', reason: 'x' })
      .expect(isProblem(404, 'not_found'));
  });

  it("never saw an error that was not the dependency's", () => {
    expect(processes.flatMap((agent) => agent.messages.filter(({ kind }) => kind === 'error'))).toEqual([]);
  });
});
