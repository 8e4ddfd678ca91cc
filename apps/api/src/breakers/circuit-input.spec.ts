import { type Circuit, DEFAULT_BREAKER_POLICY, initialCircuit } from '@binnacle/domain';
import { describe, expect, it } from 'vitest';
import { type CircuitInput, foldInputs } from './circuit-input.js';

const NOW_MS = 1_000_000_500;
const policy = { ...DEFAULT_BREAKER_POLICY, minimumCalls: 100, jitterPercent: 0 };
const surroundings = { policy, forced: null, nowMs: NOW_MS, monotonicMs: 50_000, random: () => 0 };
const halfOpen: Circuit = { state: 'half_open', sinceMs: NOW_MS - 10, attempt: 1, trials: [] };

function calls(ageMs: number, made: number, failures: number, waitedMs = 0): CircuitInput {
  const buckets = [{ ageMs, calls: made, failures, trailingFailures: failures }];
  return { kind: 'calls', source: 'a', buckets, receivedAtMs: surroundings.monotonicMs - waitedMs };
}

function lease(leaseId: string): CircuitInput {
  return { kind: 'lease', leaseId, source: 'a' };
}

describe('foldInputs', () => {
  it('puts calls into the second in which they happened, also when the report had to wait', () => {
    const inputs = [calls(0, 1, 0), calls(2_000, 2, 0), calls(2_000, 4, 0, 1_000)];
    const { circuit } = foldInputs(initialCircuit(0), inputs, surroundings);
    expect(circuit.state === 'closed' && circuit.window.buckets).toEqual([
      { second: 999_997, calls: 4, failures: 0 },
      { second: 999_998, calls: 2, failures: 0 },
      { second: 1_000_000, calls: 1, failures: 0 },
    ]);
  });

  it('adds up everything that waits before it judges, in the order in which it came', () => {
    const { circuit } = foldInputs(initialCircuit(0), [calls(0, 60, 60), calls(0, 40, 40)], surroundings);
    expect(circuit).toMatchObject({ state: 'open', reason: expect.stringContaining('100 calls') as string });
  });

  it('grants as many leases as there are trial calls, and says until when', () => {
    const { circuit, grants } = foldInputs(halfOpen, ['1', '2', '3', '4'].map(lease), surroundings);
    expect([...grants]).toEqual(['1', '2', '3'].map((id) => [id, NOW_MS + policy.leaseMs]));
    expect(circuit.state === 'half_open' && circuit.trials).toHaveLength(3);
  });

  it('gives a lease that came back unused to one that asks in the same batch', () => {
    const running = foldInputs(halfOpen, ['1', '2', '3'].map(lease), surroundings).circuit;
    const inputs: CircuitInput[] = [{ kind: 'trial', leaseId: '2', outcome: 'unused' }, lease('4')];
    expect([...foldInputs(running, inputs, surroundings).grants.keys()]).toEqual(['4']);
  });

  it('answers the same object when nothing changed', () => {
    const closed = initialCircuit(0);
    expect(foldInputs(closed, [{ kind: 'tick' }, lease('1')], surroundings).circuit).toBe(closed);
  });

  it.each([
    ['forced_open', 'closed'],
    ['disabled', 'closed'],
    ['metrics_only', 'open'],
    [null, 'open'],
  ] as const)('with %s forced, failing calls leave the circuit %s', (forced, state) => {
    expect(
      foldInputs(initialCircuit(0), [calls(0, 100, 100)], { ...surroundings, forced }).circuit.state,
    ).toBe(state);
  });

  it('grants no trial call while an operator rules', () => {
    const { circuit, grants } = foldInputs(halfOpen, [lease('1')], {
      ...surroundings,
      forced: 'metrics_only',
    });
    expect(grants.size).toBe(0);
    expect(circuit).toBe(halfOpen);
  });
});
