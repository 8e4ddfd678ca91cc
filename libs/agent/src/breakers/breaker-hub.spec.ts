import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BREAKER_NAME_PATTERN } from '@binnacle/contracts';
import { ScriptedPlane } from '../../../../test/harness/scripted-plane.js';
import { createAgent, type Agent } from '../agent.js';
import { NAME_PATTERN } from './breaker-hub.js';

const WAIT = { timeout: 5_000, interval: 5 };

describe('the breakers of a process', () => {
  let plane: ScriptedPlane;
  let agent: Agent;
  const warn = vi.fn();

  beforeEach(async () => {
    warn.mockClear();
    plane = await ScriptedPlane.start();
    agent = createAgent({
      url: plane.url,
      token: 'secret',
      service: 'checkout',
      environment: 'prod',
      cacheDir: false,
      logger: { info: () => {}, warn, error: warn },
      heartbeatMs: 50,
    });
    await vi.waitFor(() => expect(agent.config.status().connected).toBe(true), WAIT);
  });
  afterEach(async () => {
    await agent.close();
    await plane.stop();
    expect(plane.mistakes).toEqual([]);
  });

  const reported = () => plane.calls.flatMap(({ breakers }) => breakers);

  it('has one breaker for each name', () => {
    expect(agent.breaker('a')).toBe(agent.breaker('a', { openMs: 5 }));
  });

  it('reports the policy first, and again after a reconnect, and the calls of all together', async () => {
    const [a, b] = [agent.breaker('a', { openMs: 3_000 }), agent.breaker('b')];
    await a.call(() => 1);
    await b.call(() => 1);
    await b.call(() => 1);
    await vi.waitFor(() => expect(plane.calls).toHaveLength(1), WAIT);
    expect(reported()).toMatchObject([
      { name: 'a', policy: { openMs: 3_000 }, buckets: [{ calls: 1 }] },
      { name: 'b', policy: { openMs: 5_000 }, buckets: [{ calls: 2 }] },
    ]);
    await a.call(() => 1);
    await vi.waitFor(() => expect(plane.calls).toHaveLength(2), WAIT);
    expect(plane.calls[1]?.breakers).toEqual([expect.not.objectContaining({ policy: expect.anything() })]);
    plane.sockets[0]?.disconnect(true);
    await vi.waitFor(() => expect(plane.calls).toHaveLength(3), WAIT);
    expect(plane.calls[2]?.breakers).toMatchObject([
      { name: 'a', policy: { openMs: 3_000 }, buckets: [] },
      { name: 'b' },
    ]);
  });

  it('stops and starts calls by push, with leases over the wire', async () => {
    const breaker = agent.breaker('payments');
    plane.pushBreaker({ name: 'payments', state: 'open', generation: 1, reason: 'all fail' });
    await vi.waitFor(() => expect(breaker.state).toBe('open'), WAIT);
    await expect(breaker.call(() => 1)).rejects.toThrow('"payments" is open');

    plane.answerLease = () => ({ granted: true, leaseId: 'lease-1', expiresInMs: 60_000 });
    plane.pushBreaker({ name: 'payments', state: 'half_open', generation: 2 });
    await vi.waitFor(
      async () => expect(await breaker.call(() => 'ok', { fallback: () => '-' })).toBe('ok'),
      WAIT,
    );
    await vi.waitFor(
      () =>
        expect(reported().flatMap(({ trials }) => trials)).toEqual([
          { leaseId: 'lease-1', outcome: 'success' },
        ]),
      WAIT,
    );
    expect(plane.leases[0]).toEqual({ name: 'payments', generation: 2 });

    plane.pushBreaker({ name: 'payments', state: 'closed', generation: 3 });
    await vi.waitFor(() => expect(breaker.state).toBe('closed'), WAIT);
  });

  it('knows the state of a breaker that the service makes later', async () => {
    plane.pushBreaker({ name: 'late', state: 'open', generation: 2 });
    plane.pushBreaker({ name: 'late', state: 'closed', generation: 1 });
    plane.pushBreaker({ name: 'seen', state: 'open', generation: 1 });
    const seen = agent.breaker('seen');
    await vi.waitFor(() => expect(seen.state).toBe('open'), WAIT);
    expect(agent.breaker('late').state).toBe('open');
  });

  it('reports the outcome of a trial again when nobody acknowledged it', async () => {
    const breaker = agent.breaker('payments');
    plane.answerLease = () => ({ granted: true, leaseId: 'lease-1', expiresInMs: 60_000 });
    plane.pushBreaker({ name: 'payments', state: 'half_open', generation: 2 });
    await vi.waitFor(() => expect(breaker.state).toBe('half_open'), WAIT);
    await breaker.call(() => 1, { fallback: () => 2 });
    await vi.waitFor(() => expect(plane.leases).toHaveLength(1), WAIT);
    plane.isSilent = true;
    await vi.waitFor(
      async () => expect(await breaker.call(() => 'ok', { fallback: () => '-' })).toBe('ok'),
      WAIT,
    );
    await vi.waitFor(() => expect(agent.config.status().connected).toBe(false), WAIT);
    plane.isSilent = false;
    await vi.waitFor(
      () =>
        expect(reported().flatMap(({ trials }) => trials)).toContainEqual({
          leaseId: 'lease-1',
          outcome: 'success',
        }),
      WAIT,
    );
  });

  it('decides alone while the plane, though connected, takes no part in breakers', async () => {
    const breaker = agent.breaker('payments', { localAfterMs: 1_000, minimumCalls: 3, openMs: 100 });
    plane.pushBreaker({ name: 'payments', state: 'closed', generation: 1 });
    const decisions: string[] = [];
    breaker.onStateChange(({ to, decidedBy }) => decisions.push(`${to} by ${decidedBy}`));
    const fail = () => breaker.call(() => Promise.reject(new Error('down')), { fallback: () => null });
    plane.refusesBreakers = true;
    await vi.waitFor(
      async () => {
        await fail();
        expect(decisions).toContain('open by local');
      },
      { timeout: 5_000, interval: 20 },
    );
    expect(agent.config.status().connected).toBe(true);

    plane.refusesBreakers = false;
    const before = plane.calls.length;
    await vi.waitFor(async () => {
      await breaker.call(() => 1, { fallback: () => null });
      const policies = plane.calls
        .slice(before)
        .flatMap(({ breakers }) => breakers.map(({ policy }) => policy));
      expect(policies).toContainEqual(expect.objectContaining({ localAfterMs: 1_000 }));
    }, WAIT);
    plane.pushBreaker({ name: 'payments', state: 'forced_open', generation: 2 });
    await vi.waitFor(() => expect(decisions.at(-1)).toBe('forced_open by fleet'), WAIT);
  });

  it('splits what is too large for one message', async () => {
    for (let count = 0; count < 250; count++) await agent.breaker(`breaker-${count}`).call(() => 1);
    await vi.waitFor(() => expect(new Set(reported().map(({ name }) => name)).size).toBe(250), WAIT);
    for (const { breakers } of plane.calls) expect(breakers.length).toBeLessThanOrEqual(100);
  });

  it('protects with a name or a policy that the plane would refuse, and warns once', async () => {
    expect(await agent.breaker('Not A Name').call(() => 1)).toBe(1);
    const odd = agent.breaker('odd', { openMs: -1, failureRateThreshold: null, maxOpenMs: 200 });
    expect(odd.policy).toMatchObject({ openMs: 5_000, maxOpenMs: 5_000, failureRateThreshold: 50 });
    await agent.breaker('fine').call(() => 1);
    await vi.waitFor(() => expect(reported().map(({ name }) => name)).toEqual(['odd', 'fine']), WAIT);
    expect(warn).toHaveBeenCalledTimes(4);
  });
});

it('knows the names of the contracts', () => {
  expect(NAME_PATTERN).toEqual(BREAKER_NAME_PATTERN);
});
