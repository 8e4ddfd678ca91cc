import { describe, expect, it } from 'vitest';
import { circuitHarness, ratePolicy, START } from './circuit-harness.js';
import { dueAtMs, sameState, type Circuit } from './circuit.js';

describe('back-off', () => {
  it('doubles with every failed attempt up to the cap', () => {
    const fleet = circuitHarness(ratePolicy);
    fleet.calls('a', 10, 10);
    const waits: number[] = [];
    for (let i = 0; i < 6; i += 1) {
      const due = dueAtMs(fleet.circuit) ?? Number.NaN;
      waits.push(due - fleet.nowMs);
      fleet.advance(due - fleet.nowMs);
      fleet.acquire(`lease-${i}`);
      fleet.report(`lease-${i}`, 'failure');
      expect(fleet.circuit).toMatchObject({
        state: 'open',
        attempt: i + 2,
        reason: 'trial call of a failed',
      });
    }
    expect(waits).toEqual([5_000, 10_000, 20_000, 40_000, 60_000, 60_000]);
  });

  it('is shortened by jitter', () => {
    const fleet = circuitHarness(ratePolicy, () => 0.5);
    fleet.calls('a', 10, 10);
    expect(dueAtMs(fleet.circuit)).toBe(START + 4_500);
  });

  it.each([
    ['goes on after a short recovery', 9_000, 3, 20_000],
    ['starts afresh after a long one', 10_000, 1, 5_000],
  ])('%s', (_, closedForMs, attempt, waitMs) => {
    const fleet = circuitHarness(ratePolicy);
    fleet.calls('a', 10, 10);
    fleet.advance(5_000);
    fleet.acquire('fails');
    fleet.report('fails', 'failure');
    fleet.advance(10_000);
    fleet.recover('second');
    expect(fleet.circuit).toMatchObject({ state: 'closed', attempt: 2 });
    fleet.advance(closedForMs);
    fleet.calls('a', 10, 10);
    expect(fleet.circuit).toMatchObject({ state: 'open', attempt, untilMs: fleet.nowMs + waitMs });
  });

  it('never keeps waiting longer than the cap when the clock went back', () => {
    const fleet = circuitHarness(ratePolicy);
    fleet.calls('a', 10, 10);
    fleet.advance(-86_400_000);
    expect(dueAtMs(fleet.circuit)).toBe(fleet.nowMs + 60_000);
  });
});

describe('sameState', () => {
  it('sees what an agent sees: not counted calls and trial calls, but every change of state', () => {
    const fleet = circuitHarness(ratePolicy);
    const closed = fleet.circuit;
    fleet.calls('a', 9, 9);
    expect(fleet.circuit).not.toEqual(closed);
    expect(sameState(closed, fleet.circuit)).toBe(true);

    fleet.calls('a', 1, 1);
    const open = fleet.circuit;
    expect(sameState(closed, open)).toBe(false);

    fleet.advance(5_000);
    const halfOpen = fleet.circuit;
    expect(sameState(open, halfOpen)).toBe(false);

    fleet.acquire('one');
    expect(fleet.circuit).not.toEqual(halfOpen);
    expect(sameState(halfOpen, fleet.circuit)).toBe(true);

    fleet.report('one', 'failure');
    expect(sameState(open, fleet.circuit)).toBe(false);
  });

  it('sees an open circuit that is due at another time', () => {
    const open: Circuit = { state: 'open', sinceMs: 1, untilMs: 2, attempt: 1, reason: '' };
    expect(sameState(open, { ...open, untilMs: 3 })).toBe(false);
    expect(sameState(open, { ...open })).toBe(true);
  });
});
