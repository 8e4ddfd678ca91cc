import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BREAKER_POLICY_BOUNDS, DEFAULT_BREAKER_POLICY, type BreakerPolicy } from './breaker-policy.js';
import { backOffMs, jitteredBackOffMs } from './back-off.js';
import { dueAtMs, initialCircuit, recordCalls, tick, type Circuit } from './circuit.js';
import { acquireTrial, reportTrial, type TrialOutcome } from './trial-calls.js';

const START_MS = Date.UTC(2026, 10, 22);
const SOURCES = ['a', 'b', 'c'];

/** A `lease` counts backwards from the one granted last. */
type Step =
  | { do: 'advance'; byMs: number }
  | { do: 'wait until due' }
  | { do: 'calls'; source: string; ageSeconds: number; calls: number; failures: number; trailing: number }
  | { do: 'acquire'; source: string }
  | { do: 'acquire again'; lease: number }
  | { do: 'report'; lease: number; outcome: TrialOutcome };

const policies: fc.Arbitrary<BreakerPolicy> = fc.record({
  consecutiveFailures: fc.option(fc.integer({ min: 1, max: 6 })),
  failureRateThreshold: fc.option(fc.integer({ min: 1, max: 100 })),
  windowSeconds: fc.integer({ min: 1, max: 12 }),
  minimumCalls: fc.integer({ min: 1, max: 12 }),
  openMs: fc.integer({ min: 100, max: 5_000 }),
  maxOpenMs: fc.integer({ min: 100, max: 20_000 }),
  jitterPercent: fc.integer({ min: 0, max: 90 }),
  halfOpenCalls: fc.integer({ min: 1, max: 4 }),
  leaseMs: fc.integer({ min: 100, max: 5_000 }),
  minimumInstances: fc.integer({ min: 1, max: 2 }),
  localAfterMs: fc.constant(15_000),
});

const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('advance'), byMs: fc.integer({ min: 0, max: 4_000 }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait until due') }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('calls'),
      source: fc.constantFrom(...SOURCES),
      ageSeconds: fc.integer({ min: -4, max: 14 }),
      calls: fc.integer({ min: 0, max: 12 }),
      failures: fc.integer({ min: 0, max: 12 }),
      trailing: fc.integer({ min: 0, max: 12 }),
    }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('acquire'), source: fc.constantFrom(...SOURCES) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('acquire again'), lease: fc.nat({ max: 5 }) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('report'),
      lease: fc.nat({ max: 5 }),
      outcome: fc.constantFrom<TrialOutcome>('success', 'success', 'failure', 'unused'),
    }),
  },
);

type Moment = { before: Circuit; after: Circuit; nowMs: number };

/** Plays the steps, checking after each one; `relay` stands for what lies between two operations. */
function play(
  policy: BreakerPolicy,
  script: Step[],
  observe: (moment: Moment) => void = () => undefined,
  relay: (circuit: Circuit) => Circuit = (circuit) => circuit,
) {
  let nowMs = START_MS;
  let circuit: Circuit = initialCircuit(nowMs);
  let draws = 0;
  const random = () => ((draws += 1) * 0.618) % 1;
  const leases: { leaseId: string; source: string; period: number; outcome: TrialOutcome | null }[] = [];
  const isRunning = (leaseId: string) =>
    circuit.state === 'half_open' &&
    circuit.trials.some((t) => t.leaseId === leaseId && t.state === 'running');

  for (const step of script) {
    const before = circuit;
    switch (step.do) {
      case 'advance':
        nowMs += step.byMs;
        circuit = tick(relay(circuit), policy, nowMs, random);
        break;
      case 'wait until due':
        nowMs = Math.max(nowMs, dueAtMs(circuit) ?? nowMs);
        circuit = tick(relay(circuit), policy, nowMs, random);
        break;
      case 'calls': {
        const failures = Math.min(step.failures, step.calls);
        const trailingFailures = failures === step.calls ? failures : Math.min(step.trailing, failures);
        const second = Math.floor(nowMs / 1000) - step.ageSeconds;
        const report = {
          source: step.source,
          buckets: [{ second, calls: step.calls, failures, trailingFailures }],
        };
        circuit = recordCalls(relay(circuit), policy, report, nowMs, random);
        break;
      }
      case 'acquire': {
        const request = { leaseId: `lease-${leases.length}`, source: step.source };
        const grant = acquireTrial(relay(circuit), policy, request, nowMs, random);
        circuit = grant.circuit;
        if (grant.granted) leases.push({ ...request, period: circuit.sinceMs, outcome: null });
        break;
      }
      case 'acquire again': {
        const lease = leases.at(-1 - step.lease);
        // A holder repeats its question only while it has no outcome.
        if (lease === undefined || !isRunning(lease.leaseId)) break;
        const grant = acquireTrial(relay(circuit), policy, lease, nowMs, random);
        circuit = grant.circuit;
        break;
      }
      case 'report': {
        const lease = leases.at(-1 - step.lease);
        if (lease === undefined) break;
        if (isRunning(lease.leaseId)) lease.outcome = step.outcome;
        const report = { leaseId: lease.leaseId, outcome: step.outcome };
        circuit = reportTrial(relay(circuit), policy, report, nowMs, random);
        break;
      }
    }
    observe({ before, after: circuit, nowMs });
  }
  return { circuit, leases };
}

const scripts = fc.array(steps, { minLength: 10, maxLength: 120, size: 'max' });

/** A policy under which any failure trips, so that scripts spend their time in the interesting states. */
const touchyPolicies = policies.map((policy) => ({ ...policy, consecutiveFailures: 1, minimumInstances: 1 }));

describe('a circuit, whatever happens to it', () => {
  it('lets through no more trial calls in one half-open period than its policy says', () => {
    fc.assert(
      fc.property(touchyPolicies, scripts, (policy, script) => {
        const { leases } = play(policy, script);
        const used = new Map<number, number>();
        for (const { period, outcome } of leases) {
          if (outcome !== 'unused') used.set(period, (used.get(period) ?? 0) + 1);
        }
        for (const count of used.values()) expect(count).toBeLessThanOrEqual(policy.halfOpenCalls);
      }),
      { numRuns: 500 },
    );
  });

  it('moves only along the arrows of the state machine', () => {
    const arrows = new Set(['closed>open', 'open>half_open', 'half_open>open', 'half_open>closed']);
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.oneof(policies, touchyPolicies), scripts, (policy, script) => {
        play(policy, script, ({ before, after }) => {
          if (before.state === after.state) return;
          const arrow = `${before.state}>${after.state}`;
          seen.add(arrow);
          expect(arrows).toContain(arrow);
        });
      }),
      { numRuns: 500 },
    );
    expect(seen).toEqual(arrows);
  });

  it('closes only after as many successes as the policy asks for', () => {
    fc.assert(
      fc.property(touchyPolicies, scripts, (policy, script) => {
        play(policy, script, ({ before, after }) => {
          if (before.state !== 'half_open' || after.state !== 'closed') return;
          const succeeded = before.trials.filter(({ state }) => state === 'succeeded').length;
          expect(succeeded).toBe(policy.halfOpenCalls - 1);
        });
      }),
      { numRuns: 300 },
    );
  });

  it('never waits longer than the cap', () => {
    fc.assert(
      fc.property(touchyPolicies, scripts, (policy, script) => {
        play(policy, script, ({ after, nowMs }) => {
          if (after.state === 'open') expect(after.untilMs - nowMs).toBeLessThanOrEqual(policy.maxOpenMs);
        });
      }),
      { numRuns: 300 },
    );
  });

  it('is plain JSON: stored and read back between all operations it goes the same way', () => {
    fc.assert(
      fc.property(fc.oneof(policies, touchyPolicies), scripts, (policy, script) => {
        const direct: Circuit[] = [];
        const stored: Circuit[] = [];
        play(policy, script, ({ after }) => direct.push(after));
        play(
          policy,
          script,
          ({ after }) => stored.push(after),
          (circuit) => JSON.parse(JSON.stringify(circuit)) as Circuit,
        );
        expect(stored).toEqual(direct);
      }),
      { numRuns: 300 },
    );
  });

  it('ignores buckets from outside its window', () => {
    fc.assert(
      fc.property(
        policies,
        fc.oneof(fc.integer({ min: 14, max: 100_000 }), fc.integer({ min: -100_000, max: -3 })),
        fc.integer({ min: 1, max: 1_000 }),
        (policy, ageSeconds, calls) => {
          const circuit = initialCircuit(START_MS);
          const second = START_MS / 1000 - ageSeconds;
          const report = {
            source: 'a',
            buckets: [{ second, calls, failures: calls, trailingFailures: calls }],
          };
          expect(recordCalls(circuit, policy, report, START_MS, () => 0)).toBe(circuit);
        },
      ),
    );
  });

  it('never modifies what it is given', () => {
    const deepFreeze = (value: unknown): void => {
      if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
      Object.freeze(value);
      Object.values(value).forEach(deepFreeze);
    };
    fc.assert(
      fc.property(fc.oneof(policies, touchyPolicies), scripts, (policy, script) => {
        play(policy, script, undefined, (circuit) => {
          deepFreeze(circuit);
          return circuit;
        });
      }),
      { numRuns: 200 },
    );
  });
});

describe('back-off', () => {
  it('lies between the shortest that jitter allows and the cap, and never shrinks before jitter', () => {
    const attempts = fc.integer({ min: 1, max: 5_000 });
    const draws = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(policies, attempts, draws, (policy, attempt, draw) => {
        const base = backOffMs(policy, attempt);
        const waitMs = jitteredBackOffMs(policy, attempt, () => draw);
        expect(Number.isSafeInteger(waitMs)).toBe(true);
        expect(waitMs).toBeLessThanOrEqual(policy.maxOpenMs);
        expect(waitMs).toBeGreaterThanOrEqual(Math.floor(base * (1 - policy.jitterPercent / 100)));
        expect(backOffMs(policy, attempt + 1)).toBeGreaterThanOrEqual(base);
      }),
    );
  });
});

describe('the default policy', () => {
  it('lies within its bounds', () => {
    for (const [field, value] of Object.entries(DEFAULT_BREAKER_POLICY)) {
      const bound = BREAKER_POLICY_BOUNDS[field as keyof BreakerPolicy];
      if (value === null) {
        expect(bound.nullable).toBe(true);
        continue;
      }
      expect(value).toBeGreaterThanOrEqual(bound.min);
      expect(value).toBeLessThanOrEqual(bound.max);
    }
  });
});
