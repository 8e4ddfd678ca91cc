import { z } from 'zod';
import { environmentNameSchema, nameSchema, timestampSchema } from '../names.js';
import { reasonSchema } from '../rollouts/approval.js';

export const MAX_ENVIRONMENTS = 50;

const positionSchema = z
  .number()
  .int()
  .min(0)
  .max(MAX_ENVIRONMENTS - 1)
  .describe('place in the order of the environments, from 0');

const protectedSchema = z
  .boolean()
  .describe('a revision is released here only when a second person has approved it');

export const createEnvironmentSchema = z
  .strictObject({
    name: environmentNameSchema,
    position: positionSchema.optional(),
    protected: protectedSchema.default(false),
  })
  .meta({ id: 'CreateEnvironment' });
export type CreateEnvironment = z.infer<typeof createEnvironmentSchema>;

export const changeEnvironmentSchema = z
  .strictObject({
    position: positionSchema.optional(),
    protected: protectedSchema.optional(),
    reason: reasonSchema.optional().describe('why; stands in the audit'),
  })
  .refine((change) => change.position !== undefined || change.protected !== undefined, {
    error: 'must change something: send `position`, `protected` or both',
  })
  .meta({ id: 'ChangeEnvironment' });
export type ChangeEnvironment = z.infer<typeof changeEnvironmentSchema>;

export const environmentSchema = z
  .object({
    name: nameSchema,
    position: positionSchema,
    protected: protectedSchema,
    createdAt: timestampSchema,
  })
  .meta({ id: 'Environment' });
export type EnvironmentBody = z.infer<typeof environmentSchema>;
