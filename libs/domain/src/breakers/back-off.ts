import type { BreakerPolicy } from './breaker-policy.js';

/** A source of randomness in [0, 1), such as `Math.random`. */
export type RandomSource = () => number;

/** How long the given attempt (1, 2, 3 …) keeps a circuit open, before jitter. Doubles up to `maxOpenMs`. */
export function backOffMs(policy: BreakerPolicy, attempt: number): number {
  return Math.min(policy.maxOpenMs, policy.openMs * 2 ** (attempt - 1));
}

/** The back-off with jitter. Jitter only shortens, so that waits at the cap spread too and never exceed it. */
export function jitteredBackOffMs(policy: BreakerPolicy, attempt: number, random: RandomSource): number {
  const shortenBy = (policy.jitterPercent / 100) * random();
  return Math.max(1, Math.floor(backOffMs(policy, attempt) * (1 - shortenBy)));
}
