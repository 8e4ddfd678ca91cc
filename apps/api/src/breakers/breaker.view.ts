import type { BreakerBody, BreakerPush } from '@binnacle/contracts';
import { type Circuit, effectiveState } from '@binnacle/domain';
import { type BreakerRecord, type CircuitRecord, visibleGeneration } from '@binnacle/store';

/** How a breaker looks to people. `circuit` is the newest that is known; without one it has never moved. */
export function toBreakerView(
  record: BreakerRecord,
  circuit: CircuitRecord | undefined,
  nowMs: number,
): BreakerBody {
  const { name, policy, forced } = record;
  const isForced = forced !== null && (forced.untilMs === null || nowMs < forced.untilMs);
  const circuitSinceMs = circuit?.circuit.sinceMs ?? record.createdAt.getTime();
  const sinceMs = isForced ? forced.sinceMs : Math.max(circuitSinceMs, forced?.untilMs ?? 0);
  return {
    name,
    state: stateOf(record, circuit, nowMs),
    generation: visibleGeneration(record, circuit?.generation ?? 0, nowMs),
    since: new Date(sinceMs).toISOString(),
    reason: isForced ? forced.reason : reasonOf(circuit?.circuit),
    ...(isForced && {
      forced: {
        state: forced.state,
        until: forced.untilMs === null ? null : new Date(forced.untilMs).toISOString(),
        by: forced.by,
        reason: forced.reason,
      },
    }),
    policy,
  };
}

/** How it looks to agents. */
export function toBreakerPush(
  record: BreakerRecord,
  circuit: CircuitRecord | undefined,
  nowMs: number,
): BreakerPush {
  const { name, state, generation, reason, policy } = toBreakerView(record, circuit, nowMs);
  return { name, policy, state, generation, ...(reason !== '' && { reason }) };
}

function stateOf(
  { forced }: BreakerRecord,
  circuit: CircuitRecord | undefined,
  nowMs: number,
): BreakerBody['state'] {
  return effectiveState(circuit?.circuit ?? NEVER_MOVED, forced, nowMs);
}

const NEVER_MOVED: Circuit = {
  state: 'closed',
  sinceMs: 0,
  attempt: 0,
  window: { fromSecond: 0, buckets: [], sources: [] },
};

function reasonOf(circuit: Circuit | undefined): string {
  switch (circuit?.state) {
    case 'open':
      return circuit.reason;
    case 'half_open':
      return 'trial calls find out whether it has recovered';
    case 'closed':
    case undefined:
      return '';
  }
}
