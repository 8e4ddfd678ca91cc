import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LeaseAnswer } from '@binnacle/contracts';
import { TrialLease } from './trial-lease.js';

describe('the lease for a trial call', () => {
  /** Time that passed while no timer could run. */
  let stalledMs: number;
  let requests: { generation: number; answer: (answer: LeaseAnswer | null) => void }[];
  let givenBack: string[];
  let lease: TrialLease;

  beforeEach(() => {
    vi.useFakeTimers();
    stalledMs = 0;
    requests = [];
    givenBack = [];
    lease = new TrialLease({
      request: (generation) => new Promise((answer) => requests.push({ generation, answer })),
      giveBack: (leaseId) => givenBack.push(leaseId),
      nowMs: () => performance.now() + stalledMs,
      random: () => 0,
    });
  });
  afterEach(() => vi.useRealTimers());

  const advance = (ms: number) => vi.advanceTimersByTimeAsync(ms);

  async function grant(leaseId: string, expiresInMs = 1_000): Promise<void> {
    requests.at(-1)?.answer({ granted: true, leaseId, expiresInMs });
    await advance(0);
  }

  it('is asked for once, and taken once', async () => {
    expect([lease.take(2), lease.take(2)]).toEqual([null, null]);
    expect(requests.map(({ generation }) => generation)).toEqual([2]);
    await grant('lease-1');
    expect([lease.take(2), lease.take(2)]).toEqual(['lease-1', null]);
    expect(requests).toHaveLength(2);
    await advance(10_000);
    expect(givenBack).toEqual([]);
  });

  it('goes back in time when unused, counted from before it was asked for, and is asked for again', async () => {
    lease.take(2);
    await advance(200);
    await grant('lease-1');
    await advance(299);
    expect(givenBack).toEqual([]);
    await advance(1);
    expect(givenBack).toEqual(['lease-1']);
    await advance(500);
    expect(requests).toHaveLength(2);
    await grant('lease-2');
    expect(lease.take(2)).toBe('lease-2');
  });

  it('is not used when it ran out while the process was stalled', async () => {
    lease.take(2);
    await grant('lease-1');
    stalledMs = 500;
    expect(lease.take(2)).toBeNull();
  });

  it('goes back when the period has ended, before or after the answer', async () => {
    lease.take(2);
    await grant('lease-1');
    lease.release();
    lease.release();
    expect(givenBack).toEqual(['lease-1']);

    lease.take(3);
    lease.release();
    await grant('lease-2');
    expect(givenBack).toEqual(['lease-1', 'lease-2']);
    await advance(10_000);
    expect(requests).toHaveLength(2);
  });

  it('is not used in a later period', async () => {
    lease.take(2);
    await grant('lease-1');
    expect(lease.take(4)).toBeNull();
    expect(givenBack).toEqual(['lease-1']);
    expect(requests.at(-1)?.generation).toBe(4);
  });

  it('is asked for anew when the period changed before the answer', async () => {
    lease.take(2);
    lease.take(4);
    await grant('lease-1');
    expect(givenBack).toEqual(['lease-1']);
    await grant('lease-2');
    expect(lease.take(4)).toBe('lease-2');
  });

  it('is asked for ever more rarely when refused or not heard', async () => {
    lease.take(2);
    for (let asked = 1; asked <= 8; asked++) {
      expect(requests).toHaveLength(asked);
      requests.at(-1)?.answer(asked === 2 ? null : { granted: false });
      const waitMs = Math.min(2_000, 125 * 2 ** asked);
      await advance(waitMs - 1);
      expect(requests).toHaveLength(asked);
      await advance(1);
    }
  });
});
