import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import {
  acquireTrial,
  DEFAULT_BREAKER_POLICY,
  reportTrial,
  tick,
  type BreakerPolicy,
  type Circuit,
} from '@binnacle/domain';
import { FleetBreaker } from './fleet-breaker.js';

const policy: BreakerPolicy = {
  ...DEFAULT_BREAKER_POLICY,
  openMs: 1_000,
  maxOpenMs: 4_000,
  halfOpenCalls: 2,
  leaseMs: 1_000,
};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

type Step =
  | { kind: 'call'; instance: number; tookMs: number; fails: boolean }
  | { kind: 'wait'; ms: number }
  | { kind: 'cut'; isCut: boolean };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('call' as const),
      instance: fc.nat(3),
      tookMs: fc.constantFrom(0, 10, 1_500),
      fails: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(1, 60, 300, 1_000) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cut' as const), isCut: fc.boolean() }) },
);

it('lets no more trial calls through than the policy says, over all instances (promise 9)', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60 }), async (steps) => {
      const nowMs = () => performance.now();
      let circuit: Circuit = {
        state: 'open',
        sinceMs: nowMs(),
        untilMs: nowMs() + 10,
        attempt: 1,
        reason: 'test',
      };
      let generation = 1;
      let leases = 0;
      let isCut = false;
      /** Trial calls begun, by the generation of their half-open period. */
      const begun = new Map<number, number>();

      const instances = Array.from({ length: 4 }, (_, index) => {
        const breaker: FleetBreaker = new FleetBreaker('b', policy, {
          isPlaneThere: () => true,
          async requestLease(_name, asked) {
            await new Promise((resolve) => setTimeout(resolve, 20));
            if (isCut || asked !== generation) return null;
            const leaseId = `lease-${++leases}`;
            const grant = acquireTrial(
              circuit,
              policy,
              { leaseId, source: `${index}` },
              nowMs(),
              Math.random,
            );
            move(grant.circuit);
            if (!grant.granted) return { granted: false };
            return { granted: true, leaseId, expiresInMs: grant.expiresAtMs - nowMs() };
          },
          onReportable: () => setTimeout(() => report(breaker), 20),
          nowMs,
          random: Math.random,
          logger: { info: vi.fn(), warn: vi.fn(), error: vi.fn() },
        });
        return breaker;
      });

      function report(breaker: FleetBreaker): void {
        const taken = isCut ? null : breaker.takeReport(nowMs());
        for (const { leaseId, outcome } of taken?.trials ?? []) {
          move(reportTrial(circuit, policy, { leaseId, outcome }, nowMs(), Math.random));
        }
      }

      function move(next: Circuit): void {
        const changed = next.state !== circuit.state || next.sinceMs !== circuit.sinceMs;
        circuit = next;
        if (!changed) return;
        generation += 1;
        if (!isCut) tellAll();
      }

      function tellAll(): void {
        for (const breaker of instances) breaker.receive({ state: circuit.state, generation });
      }

      tellAll();
      const running: Promise<unknown>[] = [];
      for (const next of steps) {
        if (next.kind === 'cut') {
          isCut = next.isCut;
          if (!isCut) tellAll();
        } else if (next.kind === 'wait') {
          await vi.advanceTimersByTimeAsync(next.ms);
          move(tick(circuit, policy, nowMs(), Math.random));
        } else {
          const caller = instances[next.instance];
          if (caller === undefined || caller.state === 'closed') continue;
          const call = caller.call(async () => {
            begun.set(generation, (begun.get(generation) ?? 0) + 1);
            await new Promise((resolve) => setTimeout(resolve, next.tookMs));
            if (next.fails) throw new Error('down');
          });
          running.push(call.catch(() => {}));
        }
      }
      for (const count of begun.values()) expect(count).toBeLessThanOrEqual(policy.halfOpenCalls);
      for (const breaker of instances) breaker.close();
      await vi.advanceTimersByTimeAsync(5_000);
      await Promise.all(running);
    }),
    { numRuns: 200 },
  );
});
