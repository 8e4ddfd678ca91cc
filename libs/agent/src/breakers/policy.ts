import { BREAKER_POLICY_BOUNDS, DEFAULT_BREAKER_POLICY, type BreakerPolicy } from '@binnacle/domain';
import { isRecord } from '../is-record.js';

type PolicyField = keyof typeof BREAKER_POLICY_BOUNDS;
const FIELDS = Object.keys(BREAKER_POLICY_BOUNDS) as PolicyField[];

/**
 * A whole policy from the given parts, over a base. Parts that are out of bounds are left out and told of: a breaker
 * with a wrong policy still protects.
 */
export function completePolicy(
  parts: unknown,
  onProblem: (problem: string) => void,
  base: BreakerPolicy = DEFAULT_BREAKER_POLICY,
): BreakerPolicy {
  const policy: BreakerPolicy = { ...base };
  if (!isRecord(parts)) return policy;
  for (const field of FIELDS) {
    const value = parts[field];
    if (value === undefined) continue;
    const { min, max, nullable } = BREAKER_POLICY_BOUNDS[field];
    if (value === null && nullable) {
      Object.assign(policy, { [field]: null });
    } else if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) {
      policy[field] = value;
    } else {
      onProblem(`\`${field}\` must be a whole number from ${min} to ${max}${nullable ? ', or null' : ''}`);
    }
  }
  if (policy.consecutiveFailures === null && policy.failureRateThreshold === null) {
    onProblem('`consecutiveFailures` or `failureRateThreshold` must be a number');
    policy.failureRateThreshold = DEFAULT_BREAKER_POLICY.failureRateThreshold;
  }
  if (policy.maxOpenMs < policy.openMs) {
    onProblem('`maxOpenMs` must be at least `openMs`');
    policy.maxOpenMs = policy.openMs;
  }
  return policy;
}
