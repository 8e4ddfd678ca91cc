import { describe, expect, it } from 'vitest';
import { bucket, circuitHarness, noJitter, ratePolicy, START } from './circuit-harness.js';
import { dueAtMs, initialCircuit, recordCalls, tick } from './circuit.js';
import { acquireTrial, reportTrial } from './trial-calls.js';

describe('half-open', () => {
  function halfOpen(policy = ratePolicy) {
    const fleet = circuitHarness(policy);
    fleet.calls('a', 10, 10);
    fleet.advance(policy.openMs - 1);
    expect(fleet.circuit.state).toBe('open');
    fleet.advance(1);
    expect(fleet.circuit).toEqual({ state: 'half_open', sinceMs: fleet.nowMs, attempt: 1, trials: [] });
    return fleet;
  }

  it('begins with the first trial call asked for once due', () => {
    const opened = recordCalls(
      initialCircuit(START),
      ratePolicy,
      { source: 'a', buckets: [bucket(START, 10, 10)] },
      START,
      noJitter,
    );
    const request = { leaseId: 'one', source: 'a' };
    expect(acquireTrial(opened, ratePolicy, request, START + 4_999, noJitter).granted).toBe(false);
    const grant = acquireTrial(opened, ratePolicy, request, START + 5_000, noJitter);
    expect(grant).toMatchObject({
      granted: true,
      expiresAtMs: START + 15_000,
      circuit: { state: 'half_open' },
    });
  });

  it('grants no more trial calls than the policy says, also after some succeeded', () => {
    const fleet = halfOpen();
    expect(['one', 'two', 'three', 'four'].map((id) => fleet.acquire(id).granted)).toEqual([
      true,
      true,
      true,
      false,
    ]);
    fleet.report('one', 'success');
    expect(fleet.acquire('five').granted).toBe(false);
  });

  it('closes when all succeeded', () => {
    const fleet = halfOpen();
    for (const id of ['one', 'two', 'three']) fleet.acquire(id, id);
    fleet.report('three', 'success');
    fleet.report('one', 'success');
    fleet.report('one', 'success');
    expect(fleet.circuit.state).toBe('half_open');
    fleet.report('two', 'success');
    expect(fleet.circuit).toEqual({
      state: 'closed',
      sinceMs: fleet.nowMs,
      attempt: 1,
      window: { fromSecond: Math.floor(fleet.nowMs / 1000), buckets: [], sources: [] },
    });
  });

  it('opens again on any failure, and late reports of that period change nothing', () => {
    const fleet = halfOpen();
    for (const id of ['one', 'two', 'three']) fleet.acquire(id, id);
    fleet.report('one', 'success');
    fleet.report('two', 'failure');
    const open = fleet.circuit;
    expect(open).toMatchObject({ state: 'open', attempt: 2, untilMs: fleet.nowMs + 10_000 });
    fleet.report('three', 'failure');
    expect(fleet.circuit).toBe(open);
    fleet.advance(10_000);
    const second = fleet.circuit;
    for (const outcome of ['success', 'failure', 'unused'] as const) fleet.report('three', outcome);
    expect(fleet.circuit).toBe(second);
    expect(second).toMatchObject({ state: 'half_open', attempt: 2, trials: [] });
  });

  it('gives an unused trial call to the next that asks', () => {
    const fleet = halfOpen({ ...ratePolicy, halfOpenCalls: 1 });
    expect(fleet.acquire('one').granted).toBe(true);
    expect(fleet.acquire('two').granted).toBe(false);
    fleet.report('one', 'unused');
    expect(fleet.acquire('two').granted).toBe(true);
    fleet.report('one', 'success');
    expect(fleet.circuit.state).toBe('half_open');
    fleet.report('two', 'success');
    expect(fleet.circuit.state).toBe('closed');
  });

  it('takes a used trial call for used, whatever is said later', () => {
    const fleet = halfOpen();
    fleet.acquire('one');
    fleet.report('one', 'success');
    const before = fleet.circuit;
    fleet.report('one', 'unused');
    fleet.report('one', 'failure');
    expect(fleet.circuit).toBe(before);
  });

  it('gives the same lease to who asks again with the same id, and nobody else', () => {
    const fleet = halfOpen({ ...ratePolicy, halfOpenCalls: 2 });
    const first = fleet.acquire('one', 'a');
    fleet.advance(1_000);
    const again = fleet.acquire('one', 'a');
    expect(again).toEqual(first);
    expect(fleet.acquire('one', 'b').granted).toBe(false);
    fleet.report('one', 'success');
    expect(fleet.acquire('one', 'a').granted).toBe(false);
    expect(fleet.acquire('two', 'b').granted).toBe(true);
    expect(fleet.acquire('three', 'c').granted).toBe(false);
  });

  it('opens again when a lease ends unreported, even if the report comes first to notice', () => {
    for (const late of [false, true]) {
      const fleet = halfOpen();
      fleet.acquire('one', 'dead-machine');
      expect(dueAtMs(fleet.circuit)).toBe(fleet.nowMs + 10_000);
      fleet.advance(9_999);
      expect(fleet.circuit.state).toBe('half_open');
      const expiredMs = fleet.nowMs + 1;
      const circuit = late
        ? reportTrial(fleet.circuit, ratePolicy, { leaseId: 'one', outcome: 'success' }, expiredMs, noJitter)
        : tick(fleet.circuit, ratePolicy, expiredMs, noJitter);
      expect(circuit).toEqual({
        state: 'open',
        sinceMs: expiredMs,
        untilMs: expiredMs + 10_000,
        attempt: 2,
        reason: 'trial call of dead-machine was never reported',
      });
    }
  });

  it('waits for trial calls for as long as nobody asks for one', () => {
    const fleet = halfOpen();
    expect(dueAtMs(fleet.circuit)).toBeNull();
    fleet.advance(86_400_000);
    expect(fleet.circuit.state).toBe('half_open');
  });

  it('closes when a lowered policy makes the successes suffice', () => {
    const fleet = halfOpen();
    fleet.acquire('one');
    fleet.report('one', 'success');
    const lowered = { ...ratePolicy, halfOpenCalls: 1 };
    expect(tick(fleet.circuit, lowered, fleet.nowMs, noJitter).state).toBe('closed');
  });
});
