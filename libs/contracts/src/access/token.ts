import { z } from 'zod';
import { nameSchema, timestampSchema } from '../names.js';
import { text } from '../text.js';

export const roleSchema = z.enum(['agent', 'viewer', 'editor', 'publisher', 'admin']);
export type Role = z.infer<typeof roleSchema>;

export const createTokenSchema = z
  .strictObject({
    name: text(1, 100),
    role: roleSchema,
    services: z.array(nameSchema).max(100).default([]).describe('only these services; empty for all'),
    environments: z.array(nameSchema).max(50).default([]).describe('only these environments; empty for all'),
    expiresAt: timestampSchema.optional(),
  })
  .meta({ id: 'CreateToken' });
export type CreateToken = z.infer<typeof createTokenSchema>;

export const tokenSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    role: roleSchema,
    services: z.array(nameSchema),
    environments: z.array(nameSchema),
    lastFour: z.string(),
    createdBy: z.string(),
    createdAt: timestampSchema,
    expiresAt: timestampSchema.nullable(),
    revokedAt: timestampSchema.nullable(),
  })
  .meta({ id: 'Token' });
export type TokenBody = z.infer<typeof tokenSchema>;

export const createdTokenSchema = tokenSchema
  .extend({ token: z.string().describe('shown this once') })
  .meta({ id: 'CreatedToken' });
export type CreatedTokenBody = z.infer<typeof createdTokenSchema>;

export const tokenParamsSchema = z.strictObject({ id: z.uuid() });
