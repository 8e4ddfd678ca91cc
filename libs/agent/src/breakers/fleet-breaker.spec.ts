import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LeaseAnswer } from '@binnacle/contracts';
import { DEFAULT_BREAKER_POLICY, type BreakerPolicy, type BreakerState } from '@binnacle/domain';
import { CircuitOpenError } from './circuit-open-error.js';
import { FleetBreaker } from './fleet-breaker.js';

const policy: BreakerPolicy = {
  ...DEFAULT_BREAKER_POLICY,
  consecutiveFailures: 3,
  failureRateThreshold: 50,
  minimumCalls: 10,
  minimumInstances: 5,
  openMs: 1_000,
  jitterPercent: 0,
  halfOpenCalls: 2,
  localAfterMs: 15_000,
};

describe('a breaker of the fleet', () => {
  let lastSpokenMs: number | null;
  let leases: ((answer: LeaseAnswer | null) => void)[];
  let breaker: FleetBreaker;
  const errors = vi.fn();

  beforeEach(() => {
    vi.useFakeTimers();
    lastSpokenMs = null;
    leases = [];
    errors.mockClear();
    breaker = new FleetBreaker('payments', policy, {
      isPlaneThere: (withinMs, nowMs) => lastSpokenMs !== null && nowMs - lastSpokenMs <= withinMs,
      requestLease: () => new Promise((resolve) => leases.push(resolve)),
      onReportable: () => {},
      nowMs: () => performance.now(),
      random: () => 0,
      logger: { info: vi.fn(), warn: vi.fn(), error: errors },
    });
  });
  afterEach(() => vi.useRealTimers());

  const down = new Error('down');
  const fail = () => breaker.call(() => Promise.reject(down)).catch((error: unknown) => error);
  const succeed = () => breaker.call(() => 'ok', { fallback: () => 'fallback' });
  const advance = (ms: number) => vi.advanceTimersByTimeAsync(ms);
  const takeReport = () => breaker.takeReport(performance.now());

  function push(state: BreakerState, generation: number): void {
    lastSpokenMs = performance.now();
    breaker.receive({ state, generation });
  }

  it('passes results and errors on, of synchronous and asynchronous functions', async () => {
    expect(await breaker.call(() => 1)).toBe(1);
    expect(await breaker.call(async () => 2)).toBe(2);
    await expect(
      breaker.call(() => {
        throw down;
      }),
    ).rejects.toBe(down);
    expect(await fail()).toBe(down);
    expect(takeReport()?.buckets).toMatchObject([{ calls: 4, failures: 2, trailingFailures: 2, ageMs: 0 }]);
    await succeed();
    await fail();
    await succeed();
    expect(takeReport()?.buckets).toMatchObject([{ calls: 3, failures: 1, trailingFailures: 0 }]);
  });

  it('falls back when a call fails, but not for an error that is no failure of the dependency', async () => {
    const fallback = vi.fn(() => 'instead');
    expect(await breaker.call(() => Promise.reject(down), { fallback })).toBe('instead');
    expect(fallback).toHaveBeenCalledExactlyOnceWith(down);
    await expect(breaker.call(() => Promise.reject(down), { fallback, isFailure: () => false })).rejects.toBe(
      down,
    );
    expect(takeReport()?.buckets).toMatchObject([{ calls: 2, failures: 1 }]);
  });

  it('rules alone without a plane: trips, waits, probes, closes', async () => {
    const changes: string[] = [];
    breaker.onStateChange(({ from, to, decidedBy }) => changes.push(`${from} > ${to} ${decidedBy}`));
    for (let count = 0; count < 3; count++) await fail();
    const fn = vi.fn();
    const error: unknown = await breaker.call(fn).catch((thrown: unknown) => thrown);
    expect(CircuitOpenError.isInstance(error) && error.breaker).toBe('payments');
    expect(fn).not.toHaveBeenCalled();

    await advance(1_000);
    expect(await fail()).toBe(down);
    expect(breaker.state).toBe('open');
    await advance(2_000);
    expect([await succeed(), await succeed(), await succeed()]).toEqual(['ok', 'ok', 'ok']);
    expect(breaker.state).toBe('closed');
    expect(changes).toEqual([
      'closed > open local',
      'open > half_open local',
      'half_open > open local',
      'open > half_open local',
      'half_open > closed local',
    ]);
  });

  it('trips alone by the failure rate too, when the deciding call succeeds', async () => {
    for (let count = 0; count < 5; count++) {
      await succeed();
      await fail();
    }
    expect(breaker.state).toBe('open');
  });

  it.each<[BreakerState, 'ok' | 'fallback', number]>([
    ['closed', 'ok', 1],
    ['open', 'fallback', 0],
    ['half_open', 'fallback', 0],
    ['forced_open', 'fallback', 0],
    ['disabled', 'ok', 0],
    ['metrics_only', 'ok', 1],
  ])('lets the fleet decide: %s gives %s and counts %i', async (state, result, calls) => {
    for (let count = 0; count < 3; count++) await fail();
    takeReport();
    push(state, 4);
    expect(await succeed()).toBe(result);
    expect(takeReport()?.buckets ?? []).toMatchObject(calls === 0 ? [] : [{ calls }]);
  });

  it('does not trip alone while the fleet says closed', async () => {
    push('closed', 1);
    for (let count = 0; count < 30; count++) expect(await fail()).toBe(down);
    expect(breaker.state).toBe('closed');
  });

  it('ignores old news', async () => {
    push('open', 5);
    push('closed', 4);
    push('closed', 5);
    expect(breaker.state).toBe('open');
    push('closed', 6);
    expect(breaker.state).toBe('closed');
  });

  it('takes a policy of the plane', () => {
    breaker.receive({ generation: 1, policy: { ...policy, openMs: 7_000 } });
    expect(breaker.policy.openMs).toBe(7_000);
    expect(takeReport()?.policy?.openMs).toBe(1_000);
  });

  describe('when the plane goes away', () => {
    it('takes over with the calls that it has seen', async () => {
      push('closed', 1);
      await advance(13_000);
      await fail();
      await fail();
      await advance(3_000);
      expect(breaker.state).toBe('closed');
      await fail();
      expect(breaker.state).toBe('open');
    });

    it.each<BreakerState>(['open', 'half_open'])('does not call all at once what was %s', async (state) => {
      push(state, 3);
      await advance(15_001);
      expect(await succeed()).toBe('fallback');
      expect(breaker.state).toBe('open');
      await advance(1_000);
      const running = [breaker.call(() => advance(10)), breaker.call(() => advance(10))];
      expect(await succeed()).toBe('fallback');
      await Promise.all(running);
      expect(breaker.state).toBe('closed');
    });

    it.each<[BreakerState, string]>([
      ['forced_open', 'fallback'],
      ['disabled', 'ok'],
      ['metrics_only', 'ok'],
    ])('holds what an operator forced: %s', async (state, result) => {
      push(state, 3);
      await advance(3_600_000);
      for (let count = 0; count < 5; count++) await fail();
      expect(await succeed()).toBe(result);
      expect(breaker.state).toBe(state);
    });

    it('obeys again when it returns, also with what was known before', async () => {
      push('closed', 3);
      await advance(15_001);
      for (let count = 0; count < 3; count++) await fail();
      expect(breaker.state).toBe('open');
      push('closed', 3);
      expect(breaker.state).toBe('closed');
      await advance(15_001);
      expect(breaker.state).toBe('closed');
    });

    it('goes on alone with a plane that says nothing of this breaker', async () => {
      push('closed', 3);
      await advance(15_001);
      for (let count = 0; count < 3; count++) await fail();
      lastSpokenMs = performance.now();
      expect(breaker.state).toBe('open');
    });
  });

  describe('half open', () => {
    const grant = (leaseId: string): LeaseAnswer => ({ granted: true, leaseId, expiresInMs: 1_000 });

    it('asks for a lease in the background and lets one call through with it', async () => {
      push('half_open', 2);
      expect([await succeed(), await succeed()]).toEqual(['fallback', 'fallback']);
      expect(leases).toHaveLength(1);
      leases[0]?.(grant('lease-1'));
      await advance(0);
      expect([await succeed(), await succeed()]).toEqual(['ok', 'fallback']);
      expect(takeReport()).toMatchObject({
        buckets: [],
        trials: [{ leaseId: 'lease-1', outcome: 'success' }],
      });
      expect(leases).toHaveLength(2);
    });

    it('reports a failed trial, and one that its caller gave up, as failures', async () => {
      push('half_open', 2);
      await fail();
      leases[0]?.(grant('lease-1'));
      await advance(0);
      expect(await fail()).toBe(down);
      await fail();
      leases[1]?.(grant('lease-2'));
      await advance(0);
      const controller = new AbortController();
      const call = breaker.call(
        () => {
          controller.abort(down);
          throw down;
        },
        { signal: controller.signal },
      );
      await expect(call).rejects.toBe(down);
      expect(takeReport()?.trials).toEqual([
        { leaseId: 'lease-1', outcome: 'failure' },
        { leaseId: 'lease-2', outcome: 'failure' },
      ]);
    });
  });

  it('asks the caller what a failure is', async () => {
    const options = { isFailure: (error: unknown) => error !== down };
    for (let count = 0; count < 5; count++)
      await breaker.call(() => Promise.reject(down), options).catch(() => {});
    expect(takeReport()?.buckets).toMatchObject([{ calls: 5, failures: 0 }]);
    const broken = {
      isFailure: () => {
        throw new Error('bug');
      },
    };
    await expect(breaker.call(() => Promise.reject(down), broken)).rejects.toBe(down);
    expect(takeReport()?.buckets).toMatchObject([{ calls: 1, failures: 1 }]);
    expect(errors).toHaveBeenCalledTimes(1);
  });

  it('does not count calls that their caller gave up', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    controller.abort(down);
    const fn = vi.fn();
    await expect(breaker.call(fn, { signal })).rejects.toBe(down);
    expect(fn).not.toHaveBeenCalled();
    expect(takeReport()?.buckets).toEqual([]);
  });

  it('reports each second apart, with its age, and the policy once until a new connection', async () => {
    await advance(1_000 - (performance.now() % 1_000));
    await succeed();
    await advance(1_000);
    await fail();
    await advance(1_500);
    const report = takeReport();
    expect(report?.policy).toEqual(policy);
    expect(report?.buckets).toEqual([
      { calls: 1, failures: 0, trailingFailures: 0, ageMs: 1_500 },
      { calls: 1, failures: 1, trailingFailures: 1, ageMs: 500 },
    ]);
    expect(takeReport()).toBeNull();
    breaker.owePolicy();
    expect(takeReport()).toEqual({ name: 'payments', policy, buckets: [], trials: [] });
  });

  it('keeps two minutes of outcomes for a plane that is away', async () => {
    for (let second = 0; second < 200; second++) {
      await succeed();
      await advance(1_000);
    }
    const buckets = takeReport()?.buckets ?? [];
    expect(buckets.length).toBeLessThanOrEqual(120);
    expect(buckets.length).toBeGreaterThan(115);
  });

  it('isolates listeners that throw', async () => {
    const listener = vi.fn();
    breaker.onStateChange(() => {
      throw new Error('bug');
    });
    const end = breaker.onStateChange(listener);
    push('open', 1);
    end();
    push('closed', 2);
    expect(listener).toHaveBeenCalledTimes(1);
    expect(errors).toHaveBeenCalledTimes(2);
  });
});
