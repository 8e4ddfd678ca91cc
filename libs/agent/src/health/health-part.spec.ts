import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CheckFunction, CheckOptions } from './health-check.js';
import { HealthPart } from './health-part.js';

describe('health checks', () => {
  const lifecycle = { state: 'ready' as const };
  const warn = vi.fn();
  let health: HealthPart;

  beforeEach(() => {
    vi.useFakeTimers();
    warn.mockClear();
    health = new HealthPart({
      lifecycle,
      defaultIntervalMs: 1_000,
      nowMs: () => performance.now(),
      logger: { info: vi.fn(), warn, error: vi.fn() },
    });
  });
  afterEach(() => vi.useRealTimers());

  const after = (delayMs: number) => new Promise<void>((resolve) => setTimeout(resolve, delayMs));

  async function report(advanceMs = 0) {
    const reported = health.report();
    await vi.advanceTimersByTimeAsync(advanceMs);
    return reported;
  }

  it.each<[string, CheckFunction, CheckOptions, object]>([
    ['nothing', () => {}, {}, { status: 'healthy', critical: true, latencyMs: 0 }],
    [
      'rows of something',
      () => ({ rows: [{ status: 'odd' }], status: 7, message: 8 }),
      {},
      { status: 'healthy' },
    ],
    ['null', () => null, {}, { status: 'healthy' }],
    ['false', async () => false, {}, { status: 'unhealthy' }],
    ['a status', () => 'degraded', {}, { status: 'degraded' }],
    [
      'details',
      () => ({
        message: 'ok',
        details: { used: 3n, bad: Number.NaN, none: undefined, text: 'x'.repeat(600) },
      }),
      { critical: false },
      {
        status: 'healthy',
        critical: false,
        message: 'ok',
        details: { used: '3', bad: 'NaN', text: 'x'.repeat(500) },
      },
    ],
    [
      'an error at once',
      () => {
        throw new Error('down');
      },
      {},
      { status: 'unhealthy', message: 'down' },
    ],
    [
      'a rejection',
      async () => {
        throw 'odd';
      },
      {},
      { status: 'unhealthy', message: 'odd' },
    ],
    [
      'success too slowly',
      () => after(300),
      { degradedAboveMs: 200 },
      { status: 'degraded', message: 'slower than 200 ms', latencyMs: 300 },
    ],
    [
      'no end',
      () => new Promise(() => {}),
      { timeoutMs: 400 },
      { status: 'unhealthy', message: 'timed out after 400 ms' },
    ],
  ])('turns %s into a result', async (_, check, options, expected) => {
    health.addCheck('check', check, options);
    const { checks } = await report(500);
    expect(checks).toEqual([expect.objectContaining({ name: 'check', ...expected })]);
  });

  it('aborts the signal of a check that takes too long, and does not start it twice', async () => {
    const signals: AbortSignal[] = [];
    let end = () => {};
    health.addCheck(
      'stuck',
      (signal) => {
        signals.push(signal);
        return new Promise<void>((resolve) => (end = resolve));
      },
      { timeoutMs: 100, intervalMs: 0 },
    );
    await report(100);
    expect(signals[0]?.aborted).toBe(true);
    await report(100);
    expect(signals).toHaveLength(1);
    end();
    await vi.advanceTimersByTimeAsync(0);
    void health.refresh();
    expect(signals).toHaveLength(2);
  });

  it('runs checks side by side and keeps results for their interval', async () => {
    const check = vi.fn(() => after(100));
    health.addCheck('a', check);
    health.addCheck('b', check);
    const first = await report(100);
    expect(first.checks.map(({ latencyMs }) => latencyMs)).toEqual([100, 100]);
    await report(100);
    expect(check).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(1_000);
    await report(100);
    expect(check).toHaveBeenCalledTimes(4);
  });

  it('folds the status, and forgets a check that was removed', async () => {
    health.addCheck('fine', () => {});
    const remove = health.addCheck('broken', () => 'unhealthy');
    expect((await report()).status).toBe('unhealthy');
    remove();
    expect(await report()).toMatchObject({ status: 'healthy', checks: [{ name: 'fine' }] });
  });

  it('takes at most a hundred', () => {
    for (let count = 0; count < 101; count++) health.addCheck(`check ${count}`, () => {});
    expect(health.latest().checks).toHaveLength(100);
    expect(warn).toHaveBeenCalledTimes(1);
  });
});
