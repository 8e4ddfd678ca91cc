import { z } from 'zod';
import { BREAKER_POLICY_BOUNDS, DEFAULT_BREAKER_POLICY } from '@binnacle/domain';
import { breakerNameSchema, nameSchema, timestampSchema } from '../names.js';
import { text } from '../text.js';

/** The most breakers that one service may have in one environment. */
export const MAX_BREAKERS = 200;

function bounded(field: keyof typeof BREAKER_POLICY_BOUNDS) {
  const { min, max } = BREAKER_POLICY_BOUNDS[field];
  return z.number().int().min(min).max(max);
}

const tripRule =
  'a breaker needs a rule that trips it: set `consecutiveFailures` or `failureRateThreshold` (or both) to a number';

export const breakerPolicySchema = z
  .strictObject({
    consecutiveFailures: bounded('consecutiveFailures')
      .nullable()
      .default(DEFAULT_BREAKER_POLICY.consecutiveFailures)
      .describe('trips after so many failures in a row at one instance; null for never'),
    failureRateThreshold: bounded('failureRateThreshold')
      .nullable()
      .default(DEFAULT_BREAKER_POLICY.failureRateThreshold)
      .describe('trips at this percentage of failed calls in the window; null for never'),
    windowSeconds: bounded('windowSeconds').default(DEFAULT_BREAKER_POLICY.windowSeconds),
    minimumCalls: bounded('minimumCalls')
      .default(DEFAULT_BREAKER_POLICY.minimumCalls)
      .describe('calls in the window before the rate counts'),
    openMs: bounded('openMs')
      .default(DEFAULT_BREAKER_POLICY.openMs)
      .describe('first time open; doubles up to maxOpenMs'),
    maxOpenMs: bounded('maxOpenMs').default(DEFAULT_BREAKER_POLICY.maxOpenMs),
    jitterPercent: bounded('jitterPercent').default(DEFAULT_BREAKER_POLICY.jitterPercent),
    halfOpenCalls: bounded('halfOpenCalls')
      .default(DEFAULT_BREAKER_POLICY.halfOpenCalls)
      .describe('trial calls across the fleet while half open'),
    leaseMs: bounded('leaseMs')
      .default(DEFAULT_BREAKER_POLICY.leaseMs)
      .describe('time in which a trial call must report'),
    minimumInstances: bounded('minimumInstances')
      .default(DEFAULT_BREAKER_POLICY.minimumInstances)
      .describe('distinct instances that must see failures before the shared breaker opens'),
    localAfterMs: bounded('localAfterMs')
      .default(DEFAULT_BREAKER_POLICY.localAfterMs)
      .describe('without the control plane for so long, an instance decides alone'),
  })
  .refine((policy) => policy.consecutiveFailures !== null || policy.failureRateThreshold !== null, {
    error: tripRule,
  })
  .refine((policy) => policy.maxOpenMs >= policy.openMs, {
    path: ['maxOpenMs'],
    error: 'must be at least openMs',
  })
  .meta({ id: 'BreakerPolicy' });

export const circuitStateSchema = z.enum(['closed', 'open', 'half_open']);
export const forcedStateNameSchema = z.enum(['forced_open', 'disabled', 'metrics_only']);
export const breakerStateSchema = z.enum([...circuitStateSchema.options, ...forcedStateNameSchema.options]);

export const putBreakerSchema = z.strictObject({ policy: breakerPolicySchema }).meta({ id: 'PutBreaker' });
export type PutBreaker = z.infer<typeof putBreakerSchema>;

export const forceBreakerSchema = z
  .strictObject({
    state: forcedStateNameSchema,
    ttlSeconds: z.number().int().min(1).max(2_592_000).optional().describe('forever when absent'),
    reason: text(1, 500),
  })
  .meta({ id: 'ForceBreaker' });
export type ForceBreaker = z.infer<typeof forceBreakerSchema>;

export const breakerSchema = z
  .object({
    name: breakerNameSchema,
    state: breakerStateSchema,
    generation: z.number().int(),
    since: timestampSchema,
    reason: z.string(),
    forced: z
      .object({
        state: forcedStateNameSchema,
        until: timestampSchema.nullable(),
        by: z.string(),
        reason: z.string(),
      })
      .optional(),
    policy: breakerPolicySchema,
  })
  .meta({ id: 'Breaker' });
export type BreakerBody = z.infer<typeof breakerSchema>;

export const breakerParamsSchema = z.strictObject({
  service: nameSchema,
  environment: nameSchema,
  name: breakerNameSchema,
});
export type BreakerParams = z.infer<typeof breakerParamsSchema>;
