import { DEFAULT_BREAKER_POLICY, type BreakerPolicy } from './breaker-policy.js';
import type { CallBucket } from './call-window.js';
import { initialCircuit, recordCalls, tick, type Circuit } from './circuit.js';
import { acquireTrial, reportTrial, type TrialOutcome } from './trial-calls.js';

export const START = Date.UTC(2026, 10, 22);
export const noJitter = () => 0;
export const ratePolicy: BreakerPolicy = { ...DEFAULT_BREAKER_POLICY };
export const streakPolicy: BreakerPolicy = {
  ...DEFAULT_BREAKER_POLICY,
  consecutiveFailures: 5,
  failureRateThreshold: null,
};

export function bucket(
  atMs: number,
  calls: number,
  failures: number,
  trailingFailures = failures,
): CallBucket {
  return { second: Math.floor(atMs / 1000), calls, failures, trailingFailures };
}

/** One circuit under a fake clock. For specs only. */
export function circuitHarness(policy: BreakerPolicy, random = noJitter) {
  let nowMs = START;
  let circuit: Circuit = initialCircuit(nowMs);
  return {
    policy,
    get circuit() {
      return circuit;
    },
    get nowMs() {
      return nowMs;
    },
    advance(byMs: number) {
      nowMs += byMs;
      circuit = tick(circuit, policy, nowMs, random);
    },
    calls(source: string, calls: number, failures: number, trailingFailures = failures) {
      const buckets = [bucket(nowMs, calls, failures, trailingFailures)];
      circuit = recordCalls(circuit, policy, { source, buckets }, nowMs, random);
    },
    buckets(source: string, buckets: CallBucket[]) {
      circuit = recordCalls(circuit, policy, { source, buckets }, nowMs, random);
    },
    acquire(leaseId: string, source = 'a') {
      const grant = acquireTrial(circuit, policy, { leaseId, source }, nowMs, random);
      circuit = grant.circuit;
      return grant;
    },
    report(leaseId: string, outcome: TrialOutcome) {
      circuit = reportTrial(circuit, policy, { leaseId, outcome }, nowMs, random);
    },
    /** From half-open to closed, by as many successes as it takes. */
    recover(period: string) {
      for (let i = 0; i < policy.halfOpenCalls; i += 1) {
        this.acquire(`${period}-${i}`);
        this.report(`${period}-${i}`, 'success');
      }
    },
  };
}
