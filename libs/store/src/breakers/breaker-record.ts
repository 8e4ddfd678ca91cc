import type { BreakerPolicy, ForcedState } from '@binnacle/domain';
import type { CircuitRecord } from './circuit-record.js';

export interface ForcedSince extends ForcedState {
  readonly sinceMs: number;
}

export interface BreakerRecord {
  readonly name: string;
  readonly policy: BreakerPolicy;
  /** Also one that has expired: whoever reads compares with the time. */
  readonly forced: ForcedSince | null;
  /** Rises by `SETTINGS_STEP` with every change of policy or forced state. */
  readonly settingsGeneration: number;
  /** The last transition that reached PostgreSQL; null before the first. */
  readonly circuit: CircuitRecord | null;
  readonly createdAt: Date;
}

/** Two, so that there is a number between for the expiry of a forced state, which nobody writes. */
export const SETTINGS_STEP = 2;

/**
 * The generation that agents and people see. What people set and what the circuit does are counted apart, in
 * PostgreSQL and in Redis, so that neither needs the other to be there; the sum rises whenever one of them does, and
 * every process that knows the same of both comes to the same number.
 */
export function visibleGeneration(
  { settingsGeneration, forced }: Pick<BreakerRecord, 'settingsGeneration' | 'forced'>,
  circuitGeneration: number,
  nowMs: number,
): number {
  const hasExpired = forced !== null && forced.untilMs !== null && forced.untilMs <= nowMs;
  return settingsGeneration + (hasExpired ? 1 : 0) + circuitGeneration;
}
