import { BREAKER_STATES, type BreakerPolicy, type BreakerState } from '@binnacle/domain';
import { isRecord } from '../is-record.js';
import { completePolicy } from './policy.js';

/** The state that the fleet shares, as this process last heard it. */
export interface SharedBreaker {
  readonly state: BreakerState;
  readonly generation: number;
  readonly reason: string | undefined;
}

export interface BreakerNews {
  readonly name: string;
  readonly generation: number;
  readonly state?: BreakerState;
  readonly policy?: BreakerPolicy;
  readonly reason?: string;
}

/** Takes a push of the plane; null when it cannot be understood. A state of a later version is not guessed at. */
export function readBreakerPush(push: unknown, onProblem: (problem: string) => void): BreakerNews | null {
  if (!isRecord(push)) return null;
  const { name, generation, state, policy, reason } = push;
  if (typeof name !== 'string' || typeof generation !== 'number' || !Number.isSafeInteger(generation))
    return null;
  const known = BREAKER_STATES.find((candidate) => candidate === state);
  if (state !== undefined && known === undefined) return null;
  return {
    name,
    generation,
    ...(known !== undefined && { state: known }),
    ...(isRecord(policy) && { policy: completePolicy(policy, onProblem) }),
    ...(typeof reason === 'string' && { reason }),
  };
}
