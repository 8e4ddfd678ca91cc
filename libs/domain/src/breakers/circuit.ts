import { backOffMs, jitteredBackOffMs, type RandomSource } from './back-off.js';
import type { BreakerPolicy } from './breaker-policy.js';
import { addToWindow, emptyWindow, type CallReport, type CallWindow } from './call-window.js';
import { describeTrip, findTrip, type Trip } from './trip.js';

export type ClosedCircuit = {
  state: 'closed';
  sinceMs: number;
  /** The attempt that ended the last outage, from which back-off goes on if it trips again soon; 0 before any. */
  attempt: number;
  window: CallWindow;
};

export type OpenCircuit = {
  state: 'open';
  sinceMs: number;
  /** When trial calls may begin. */
  untilMs: number;
  /** Counts the openings of one outage, from 1. */
  attempt: number;
  reason: string;
};

export type HalfOpenCircuit = {
  state: 'half_open';
  sinceMs: number;
  attempt: number;
  /** Granted in this half-open period and not returned unused; never more than `halfOpenCalls`. */
  trials: readonly Trial[];
};

export type Trial =
  | { state: 'running'; leaseId: string; source: string; expiresAtMs: number }
  | { state: 'succeeded'; leaseId: string; source: string };

/**
 * The state of a breaker: plain JSON, changed only by the functions beside it, which never modify what they are given
 * and return the same object when nothing changed. Times are milliseconds of whichever clock the caller passes in:
 * the control plane's wall clock for a shared circuit, a monotonic one for a circuit within a process.
 */
export type Circuit = ClosedCircuit | OpenCircuit | HalfOpenCircuit;

/** A closed circuit that has seen no calls. */
export function initialCircuit(nowMs: number): ClosedCircuit {
  return { state: 'closed', sinceMs: nowMs, attempt: 0, window: emptyWindow(0) };
}

/**
 * Counts finished calls, and opens the circuit when they break the policy.
 *
 * Only a closed circuit counts: late reports to an open one change nothing, and a half-open one listens to its trial
 * calls alone. Buckets older than the window, from before the circuit closed, or more than 2 s ahead are ignored.
 */
export function recordCalls(
  circuit: Circuit,
  policy: BreakerPolicy,
  report: CallReport,
  nowMs: number,
  random: RandomSource,
): Circuit {
  if (circuit.state !== 'closed') return circuit;
  const nowSecond = Math.floor(nowMs / 1000);
  const window = addToWindow(circuit.window, policy, report, nowSecond);
  if (window === circuit.window) return circuit;

  const trip = findTrip(window, policy, nowSecond);
  if (trip === null) return { ...circuit, window };
  const attempt = hasRecovered(circuit, policy, nowMs) ? 1 : circuit.attempt + 1;
  return openCircuit(policy, attempt, trip, nowMs, random);
}

/**
 * Moves the circuit as far as time alone moves it; `dueAtMs` tells when that is. An open circuit becomes half-open.
 * A half-open one opens again when a trial call was not reported in time: its machine may have died with its lease,
 * and granting another one instead would break the bound on trial calls.
 */
export function tick(circuit: Circuit, policy: BreakerPolicy, nowMs: number, random: RandomSource): Circuit {
  switch (circuit.state) {
    case 'closed':
      return circuit;
    case 'open': {
      if (nowMs >= circuit.untilMs) {
        return { state: 'half_open', sinceMs: nowMs, attempt: circuit.attempt, trials: [] };
      }
      // Further off than any wait may be: the clock went back, or the policy's cap was lowered meanwhile.
      if (circuit.untilMs - nowMs > policy.maxOpenMs)
        return { ...circuit, untilMs: nowMs + policy.maxOpenMs };
      return circuit;
    }
    case 'half_open': {
      // Besides the last success, a policy lowered while half-open can make the successes suffice.
      const successes = circuit.trials.filter(({ state }) => state === 'succeeded').length;
      if (successes >= policy.halfOpenCalls) return closeCircuit(circuit, nowMs);
      const expired = circuit.trials.find((trial) => trial.state === 'running' && trial.expiresAtMs <= nowMs);
      if (expired === undefined) return circuit;
      return reopenCircuit(
        circuit,
        policy,
        { cause: 'trial_unreported', source: expired.source },
        nowMs,
        random,
      );
    }
  }
}

/** When `tick` will next change the circuit if nothing else does, or null. */
export function dueAtMs(circuit: Circuit): number | null {
  switch (circuit.state) {
    case 'closed':
      return null;
    case 'open':
      return circuit.untilMs;
    case 'half_open': {
      const expiries = circuit.trials.flatMap((trial) =>
        trial.state === 'running' ? [trial.expiresAtMs] : [],
      );
      return expiries.length === 0 ? null : Math.min(...expiries);
    }
  }
}

/** Whether two circuits look the same from outside; counted calls and trial calls are not seen there. */
export function sameState(a: Circuit, b: Circuit): boolean {
  if (a.state !== b.state || a.sinceMs !== b.sinceMs) return false;
  return a.state !== 'open' || b.state !== 'open' || a.untilMs === b.untilMs;
}

/** Ends a half-open period badly: back to open, for longer than the last time. */
export function reopenCircuit(
  circuit: HalfOpenCircuit,
  policy: BreakerPolicy,
  trip: Trip,
  nowMs: number,
  random: RandomSource,
): OpenCircuit {
  return openCircuit(policy, circuit.attempt + 1, trip, nowMs, random);
}

function openCircuit(
  policy: BreakerPolicy,
  attempt: number,
  trip: Trip,
  nowMs: number,
  random: RandomSource,
): OpenCircuit {
  const untilMs = nowMs + jitteredBackOffMs(policy, attempt, random);
  return { state: 'open', sinceMs: nowMs, untilMs, attempt, reason: describeTrip(trip) };
}

function closeCircuit(circuit: HalfOpenCircuit, nowMs: number): ClosedCircuit {
  const window = emptyWindow(Math.floor(nowMs / 1000));
  return { state: 'closed', sinceMs: nowMs, attempt: circuit.attempt, window };
}

/** Back-off starts afresh once the circuit has been closed for a window and for as long as its last wait. */
function hasRecovered(circuit: ClosedCircuit, policy: BreakerPolicy, nowMs: number): boolean {
  const mustStayMs = Math.max(policy.windowSeconds * 1000, backOffMs(policy, circuit.attempt));
  return circuit.attempt === 0 || nowMs - circuit.sinceMs >= mustStayMs;
}
