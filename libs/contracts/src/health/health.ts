import { z } from 'zod';
import { pageQueryShape } from '../lists/page.js';
import { nameSchema, timestampSchema } from '../names.js';
import { mendedText, text } from '../text.js';

export const MAX_CHECKS = 100;

export const statusSchema = z.enum(['healthy', 'degraded', 'unhealthy', 'unknown']);
export const lifecycleSchema = z.enum(['starting', 'ready', 'draining', 'stopped']);

const countSchema = z.number().int().min(0);

export const instanceCountsSchema = z
  .object({
    total: countSchema,
    healthy: countSchema,
    degraded: countSchema,
    unhealthy: countSchema,
    unknown: countSchema,
    lost: countSchema,
    draining: countSchema,
  })
  .meta({ id: 'InstanceCounts' });

export const checkSchema = z.object({
  name: text(1, 128),
  status: statusSchema,
  critical: z.boolean(),
  latencyMs: z.number().min(0).max(3_600_000),
  message: mendedText(500).optional(),
  details: z.record(text(0, 128), z.union([mendedText(500), z.number(), z.boolean(), z.null()])).optional(),
  checkedAt: timestampSchema,
});
export type CheckBody = z.infer<typeof checkSchema>;

export const instanceSchema = z
  .object({
    id: z.string(),
    host: z.string(),
    version: z.string(),
    zone: z.string().nullable(),
    lifecycle: z.enum([...lifecycleSchema.options, 'lost']),
    status: statusSchema,
    lastSeenAt: timestampSchema,
    revision: z.number().int().nullable().describe('what the instance itself says it runs'),
    rejected: z.object({ revision: z.number().int(), reason: z.string() }).optional(),
    checks: z.array(checkSchema),
  })
  .meta({ id: 'Instance' });
export type InstanceBody = z.infer<typeof instanceSchema>;

export const serviceHealthSchema = z
  .object({ status: statusSchema, since: timestampSchema.nullable(), instances: instanceCountsSchema })
  .meta({ id: 'ServiceHealth' });
export type ServiceHealthBody = z.infer<typeof serviceHealthSchema>;

export const statusTransitionSchema = z
  .object({
    instance: z.string().nullable().describe('null for the service as a whole'),
    from: z.string(),
    to: z.string(),
    reason: z.string(),
    at: timestampSchema,
  })
  .meta({ id: 'StatusTransition' });
export type StatusTransitionBody = z.infer<typeof statusTransitionSchema>;

export const overviewQuerySchema = z.strictObject({ ...pageQueryShape, environment: nameSchema });

export const overviewSchema = z
  .object({
    services: z.array(
      serviceHealthSchema.extend({
        name: nameSchema,
        revisions: z.record(z.string(), countSchema).describe('revision: how many instances run it'),
        openBreakers: countSchema,
      }),
    ),
    nextCursor: z.string().nullable(),
  })
  .meta({ id: 'Overview' });
export type OverviewBody = z.infer<typeof overviewSchema>;
