import type { CallBucketReport } from '@binnacle/contracts';
import {
  acquireTrial,
  type BreakerPolicy,
  type Circuit,
  type ForcedState,
  type RandomSource,
  recordCalls,
  reportTrial,
  tick,
  type TrialOutcome,
} from '@binnacle/domain';

/** What waits to be applied to a shared circuit, in the order in which it came. */
export type CircuitInput =
  | {
      readonly kind: 'calls';
      readonly source: string;
      readonly buckets: readonly CallBucketReport[];
      /** By the monotonic clock of this process. */
      readonly receivedAtMs: number;
    }
  | { readonly kind: 'trial'; readonly leaseId: string; readonly outcome: TrialOutcome }
  | { readonly kind: 'lease'; readonly leaseId: string; readonly source: string }
  /** Nothing but time. */
  | { readonly kind: 'tick' };

export interface FoldedInputs {
  readonly circuit: Circuit;
  /** When each granted lease ends, by the clock of the circuit. */
  readonly grants: ReadonlyMap<string, number>;
}

export interface FoldSurroundings {
  readonly policy: BreakerPolicy;
  /** In force now, or null. */
  readonly forced: ForcedState['state'] | null;
  readonly nowMs: number;
  readonly monotonicMs: number;
  readonly random: RandomSource;
}

/** Applies all of them to a circuit. While an operator rules, calls count only if that is what was asked for. */
export function foldInputs(
  circuit: Circuit,
  inputs: readonly CircuitInput[],
  surroundings: FoldSurroundings,
): FoldedInputs {
  const { policy, forced, nowMs, random } = surroundings;
  const isCounting = forced === null || forced === 'metrics_only';
  const grants = new Map<string, number>();
  let current = tick(circuit, policy, nowMs, random);
  for (const input of inputs) {
    switch (input.kind) {
      case 'calls':
        if (isCounting)
          current = recordCalls(current, policy, toCallReport(input, surroundings), nowMs, random);
        break;
      case 'trial':
        current = reportTrial(current, policy, input, nowMs, random);
        break;
      case 'lease': {
        if (forced !== null) break;
        const grant = acquireTrial(current, policy, input, nowMs, random);
        current = grant.circuit;
        if (grant.granted) grants.set(input.leaseId, grant.expiresAtMs);
        break;
      }
      case 'tick':
        break;
    }
  }
  return { circuit: current, grants };
}

/** Ages become seconds of the circuit's clock, so that the clocks of agents and processes need not agree. */
function toCallReport(
  { source, buckets, receivedAtMs }: Extract<CircuitInput, { kind: 'calls' }>,
  { nowMs, monotonicMs }: FoldSurroundings,
) {
  const receivedMs = nowMs - (monotonicMs - receivedAtMs);
  return {
    source,
    buckets: buckets.map(({ ageMs, ...counts }) => ({
      ...counts,
      second: Math.floor((receivedMs - ageMs) / 1000),
    })),
  };
}
