import type { RandomSource } from './back-off.js';
import type { BreakerPolicy } from './breaker-policy.js';
import { reopenCircuit, tick, type Circuit, type Trial } from './circuit.js';

/** `leaseId` is unique for every trial call, over all sources and for ever: a random id. */
export type TrialRequest = { leaseId: string; source: string };

export type TrialGrant =
  { circuit: Circuit; granted: true; expiresAtMs: number } | { circuit: Circuit; granted: false };

/** `unused`: the call was never made, and another one may be made in its place. */
export type TrialOutcome = 'success' | 'failure' | 'unused';

/**
 * Asks for one trial call of a half-open circuit (an open one that is due becomes half-open first). The caller must
 * report the outcome before `expiresAtMs`, else the circuit opens again. Asking again with the same id, after an
 * answer was lost, gives the same lease and not a second one. A closed circuit grants none: it needs none.
 */
export function acquireTrial(
  circuit: Circuit,
  policy: BreakerPolicy,
  request: TrialRequest,
  nowMs: number,
  random: RandomSource,
): TrialGrant {
  const current = tick(circuit, policy, nowMs, random);
  if (current.state !== 'half_open') return { circuit: current, granted: false };

  const held = current.trials.find(({ leaseId }) => leaseId === request.leaseId);
  if (held?.state === 'running' && held.source === request.source) {
    return { circuit: current, granted: true, expiresAtMs: held.expiresAtMs };
  }
  if (held !== undefined || current.trials.length >= policy.halfOpenCalls) {
    return { circuit: current, granted: false };
  }
  const expiresAtMs = nowMs + policy.leaseMs;
  const { leaseId, source } = request;
  const trials: Trial[] = [...current.trials, { state: 'running', leaseId, source, expiresAtMs }];
  return { circuit: { ...current, trials }, granted: true, expiresAtMs };
}

/**
 * Takes the outcome of a trial call. When `halfOpenCalls` of them succeeded the circuit closes; one failure opens it
 * again. A lease that is unknown, of an earlier half-open period, expired or reported before changes nothing.
 */
export function reportTrial(
  circuit: Circuit,
  policy: BreakerPolicy,
  report: { leaseId: string; outcome: TrialOutcome },
  nowMs: number,
  random: RandomSource,
): Circuit {
  const current = tick(circuit, policy, nowMs, random);
  if (current.state !== 'half_open') return current;
  const index = current.trials.findIndex(({ leaseId }) => leaseId === report.leaseId);
  const trial = current.trials[index];
  if (trial?.state !== 'running') return current;

  const { leaseId, source } = trial;
  switch (report.outcome) {
    case 'unused':
      return { ...current, trials: current.trials.toSpliced(index, 1) };
    case 'failure':
      return reopenCircuit(current, policy, { cause: 'trial_failed', source }, nowMs, random);
    case 'success': {
      const trials = current.trials.with(index, { state: 'succeeded', leaseId, source });
      return tick({ ...current, trials }, policy, nowMs, random);
    }
  }
}
