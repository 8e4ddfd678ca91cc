import type { Circuit } from './circuit.js';

/** What an operator put a breaker into; `untilMs` null holds until it is taken back. */
export type ForcedState = {
  /** `forced_open` lets no call through, `disabled` lets all through, `metrics_only` too but goes on counting. */
  state: 'forced_open' | 'disabled' | 'metrics_only';
  untilMs: number | null;
  by: string;
  reason: string;
};

export const BREAKER_STATES = [
  'closed',
  'open',
  'half_open',
  'forced_open',
  'disabled',
  'metrics_only',
] as const;
export type BreakerState = (typeof BREAKER_STATES)[number];

/** The state that holds at the moment: the forced one until it expires, else the circuit's own. */
export function effectiveState(circuit: Circuit, forced: ForcedState | null, nowMs: number): BreakerState {
  if (forced !== null && (forced.untilMs === null || nowMs < forced.untilMs)) return forced.state;
  return circuit.state;
}

/** Whether a call may go ahead without further ado. In `half_open` it may only with a granted trial call. */
export function permitsCall(state: BreakerState): boolean {
  switch (state) {
    case 'closed':
    case 'disabled':
    case 'metrics_only':
      return true;
    case 'open':
    case 'half_open':
    case 'forced_open':
      return false;
  }
}
