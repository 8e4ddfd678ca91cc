import { describe, expect, it } from 'vitest';
import { localPolicy } from './breaker-policy.js';
import { MAX_SOURCES } from './call-window.js';
import { bucket, circuitHarness, ratePolicy, START, streakPolicy } from './circuit-harness.js';
import type { Circuit } from './circuit.js';

describe('failure rate', () => {
  it('opens at the threshold with a reason that a person can read', () => {
    const fleet = circuitHarness({ ...ratePolicy, failureRateThreshold: 60 });
    fleet.calls('a', 15, 5);
    fleet.calls('b', 15, 11);
    expect(fleet.circuit.state).toBe('closed');
    fleet.calls('c', 15, 12);
    expect(fleet.circuit).toEqual({
      state: 'open',
      sinceMs: START,
      untilMs: START + 5_000,
      attempt: 1,
      reason: 'failure rate 62 % of 45 calls in 10 s, seen by 3 instances',
    });
  });

  it.each([
    ['one call short of the minimum', 9, 9, 'closed'],
    ['at the minimum', 10, 10, 'open'],
    ['just under the threshold', 100, 49, 'closed'],
    ['at the threshold', 100, 50, 'open'],
    ['no failure', 100, 0, 'closed'],
  ])('%s: %d calls, %d failures: %s', (_, calls, failures, expected) => {
    const fleet = circuitHarness(ratePolicy);
    fleet.calls('a', calls, failures);
    expect(fleet.circuit.state).toBe(expected);
  });

  it('forgets calls that left the window', () => {
    const fleet = circuitHarness(ratePolicy);
    fleet.calls('a', 9, 9);
    fleet.advance(11_000);
    fleet.calls('a', 1, 1);
    expect(fleet.circuit.state).toBe('closed');
    fleet.calls('a', 9, 9);
    expect(fleet.circuit.state).toBe('open');
  });

  it('needs as many failing sources as the policy says, all within the window', () => {
    const fleet = circuitHarness({ ...ratePolicy, minimumInstances: 3 });
    fleet.calls('gone', 5, 5);
    fleet.advance(11_000);
    fleet.calls('a', 50, 50);
    fleet.calls('b', 50, 50);
    fleet.calls('c', 1, 0);
    expect(fleet.circuit.state).toBe('closed');
    fleet.calls('c', 1, 1);
    expect(fleet.circuit.state).toBe('open');
  });

  it('lets one source alone decide under the local policy', () => {
    const fleet = circuitHarness(localPolicy({ ...ratePolicy, minimumInstances: 3 }));
    fleet.calls('a', 10, 10);
    expect(fleet.circuit.state).toBe('open');
  });

  it('is off when null', () => {
    const fleet = circuitHarness({ ...ratePolicy, failureRateThreshold: null });
    fleet.calls('a', 1_000, 1_000);
    expect(fleet.circuit.state).toBe('closed');
  });
});

describe('consecutive failures', () => {
  it('adds up over reports of one source and starts again with a success', () => {
    const fleet = circuitHarness(streakPolicy);
    fleet.calls('a', 4, 4);
    fleet.calls('a', 3, 2, 1);
    fleet.calls('a', 3, 3);
    expect(fleet.circuit.state).toBe('closed');
    fleet.calls('a', 1, 1);
    expect(fleet.circuit).toMatchObject({ state: 'open', reason: '5 failures in a row, seen by 1 instance' });
  });

  it('adds up over the buckets of one report', () => {
    const fleet = circuitHarness(streakPolicy);
    const before = fleet.nowMs - 2_000;
    fleet.buckets('a', [bucket(before, 9, 4, 2), bucket(before + 1_000, 2, 2), bucket(before + 2_000, 1, 1)]);
    expect(fleet.circuit.state).toBe('open');
  });

  it('never adds up over sources', () => {
    const fleet = circuitHarness(streakPolicy);
    for (const source of ['a', 'b', 'c', 'd', 'e', 'f']) fleet.calls(source, 4, 4);
    expect(fleet.circuit.state).toBe('closed');
  });

  it('needs as many agreeing sources as the policy says', () => {
    const fleet = circuitHarness({ ...streakPolicy, minimumInstances: 2 });
    fleet.calls('a', 50, 50);
    fleet.calls('b', 4, 4);
    expect(fleet.circuit.state).toBe('closed');
    fleet.calls('b', 1, 1);
    expect(fleet.circuit).toMatchObject({
      state: 'open',
      reason: '5 failures in a row, seen by 2 instances',
    });
  });

  it('outlives the window, so that a call a minute can trip it, but not five minutes of silence', () => {
    const rare = circuitHarness(streakPolicy);
    const silent = circuitHarness(streakPolicy);
    for (let i = 0; i < 5; i += 1) {
      rare.advance(60_000);
      rare.calls('a', 1, 1);
      silent.advance(301_000);
      silent.calls('a', 1, 1);
    }
    expect(rare.circuit.state).toBe('open');
    expect(silent.circuit.state).toBe('closed');
  });

  it('keeps a bounded number of sources, the latest ones', () => {
    const fleet = circuitHarness({ ...streakPolicy, minimumInstances: 1_000 });
    for (let i = 0; i < MAX_SOURCES + 50; i += 1) {
      fleet.calls(`instance-${i}`, 1, 1);
      if (i === 49) fleet.advance(1_000);
    }
    const { window } = fleet.circuit as Extract<Circuit, { state: 'closed' }>;
    expect(window.sources).toHaveLength(MAX_SOURCES);
    expect(window.sources[0]?.source).toBe('instance-50');
  });
});

describe('buckets out of time', () => {
  it.each([
    ['as old as the window', -10_000, 'open'],
    ['older than the window', -11_000, 'closed'],
    ['a little ahead', 2_000, 'open'],
    ['far ahead', 3_000, 'closed'],
    ['a day behind', -86_400_000, 'closed'],
    ['a day ahead', 86_400_000, 'closed'],
  ])('%s', (_, offsetMs, expected) => {
    for (const policy of [ratePolicy, streakPolicy]) {
      const fleet = circuitHarness(policy);
      const before = fleet.circuit;
      fleet.buckets('a', [bucket(START + offsetMs, 20, 20)]);
      expect(fleet.circuit.state).toBe(expected);
      if (expected === 'closed') expect(fleet.circuit).toBe(before);
    }
  });

  it('counts calls that are a little ahead as of now, so that they leave the window in time', () => {
    const fleet = circuitHarness(ratePolicy);
    fleet.buckets('a', [bucket(START + 2_000, 9, 9)]);
    fleet.advance(11_000);
    fleet.calls('a', 1, 1);
    expect(fleet.circuit.state).toBe('closed');
  });

  it('takes reports again at once when the clock went back', () => {
    const fleet = circuitHarness(ratePolicy);
    fleet.calls('a', 10, 10);
    fleet.advance(5_000);
    fleet.recover('first');
    fleet.calls('a', 9, 9);
    fleet.advance(-86_400_000);
    fleet.calls('a', 9, 9);
    expect(fleet.circuit.state).toBe('closed');
    fleet.calls('a', 1, 1);
    expect(fleet.circuit.state).toBe('open');
  });

  it('ignores failures from before the circuit closed', () => {
    const fleet = circuitHarness(ratePolicy);
    fleet.calls('a', 10, 10);
    fleet.advance(5_000);
    fleet.recover('first');
    expect(fleet.circuit.state).toBe('closed');
    fleet.buckets('b', [bucket(fleet.nowMs - 1_000, 30, 30)]);
    expect(fleet.circuit.state).toBe('closed');
    fleet.buckets('b', [bucket(fleet.nowMs, 30, 30)]);
    expect(fleet.circuit.state).toBe('open');
  });

  it('ignores calls unless closed', () => {
    const fleet = circuitHarness(ratePolicy);
    fleet.calls('a', 10, 10);
    const open = fleet.circuit;
    fleet.calls('a', 10, 10);
    expect(fleet.circuit).toBe(open);
    fleet.advance(5_000);
    const halfOpen = fleet.circuit;
    fleet.calls('a', 10, 10);
    expect(fleet.circuit).toBe(halfOpen);
  });
});
