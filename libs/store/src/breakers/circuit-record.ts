import type { Circuit } from '@binnacle/domain';

/** A shared circuit, and how often its visible state has changed so far. */
export interface CircuitRecord {
  readonly generation: number;
  readonly circuit: Circuit;
}

/**
 * Added to the last known generation when Redis lost a circuit: some of the last transitions may not have reached
 * PostgreSQL, and an agent that saw them takes nothing older for news.
 */
export const RESTORE_STEP = 1_000;

/**
 * What a lost circuit goes on as. An open one stays open until its time and a closed one closed, with an empty window.
 * Who holds a trial call of a half-open one is not known any more, nor whether an open one whose time has come was
 * half-open already: it waits, open, until every lease has ended.
 */
export function restoreCircuit(circuit: Circuit, leaseMs: number, nowMs: number): Circuit {
  switch (circuit.state) {
    case 'closed':
      return withoutCalls(circuit);
    case 'open':
      return circuit.untilMs > nowMs ? circuit : { ...circuit, untilMs: nowMs + leaseMs };
    case 'half_open':
      return {
        state: 'open',
        sinceMs: nowMs,
        untilMs: nowMs + leaseMs,
        attempt: circuit.attempt,
        reason: 'its trial calls were lost with the shared state',
      };
  }
}

/** What is worth remembering for long: counted calls are out of date within a window. */
export function withoutCalls(circuit: Circuit): Circuit {
  if (circuit.state !== 'closed') return circuit;
  return { ...circuit, window: { fromSecond: circuit.window.fromSecond, buckets: [], sources: [] } };
}

/** Of two records of one circuit, the later one. */
export function laterCircuit(
  one: CircuitRecord | null | undefined,
  other: CircuitRecord | null | undefined,
): CircuitRecord | undefined {
  if (!one || !other) return one ?? other ?? undefined;
  return other.generation > one.generation ? other : one;
}
