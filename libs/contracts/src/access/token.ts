import { z } from 'zod';
import { nameSchema, timestampSchema } from '../names.js';
import { nameText } from '../text.js';
import { EXTRA_PERMISSIONS } from './permission.js';
import { roleSchema } from './role.js';

/** Tokens of a workspace that are neither revoked nor expired. */
export const MAX_TOKENS = 1_000;
const MAX_OVERLAP_SECONDS = 30 * 24 * 3600;
const DEFAULT_OVERLAP_SECONDS = 3600;

/** In the audit a token is `token:<name>`, and the installation's own is `token:admin`. */
const nameOfToken = nameText(1, 100).refine((name) => !isAdmin(name), {
  error: 'is the name of the admin token: choose another one',
});
const services = z.array(nameSchema).max(100).describe('only these services; empty for all');
const environments = z.array(nameSchema).max(50).describe('only these environments; empty for all');
const permissions = z
  .array(z.enum(EXTRA_PERMISSIONS))
  .max(EXTRA_PERMISSIONS.length)
  .describe('beyond those of the role');

export const createTokenSchema = z
  .strictObject({
    name: nameOfToken,
    role: roleSchema,
    services: services.default([]),
    environments: environments.default([]),
    permissions: permissions.default([]),
    expiresAt: timestampSchema.optional(),
  })
  .meta({ id: 'CreateToken' });
export type CreateToken = z.infer<typeof createTokenSchema>;

export const changeTokenSchema = z
  .strictObject({
    name: nameOfToken.optional(),
    role: roleSchema.optional(),
    services: services.optional(),
    environments: environments.optional(),
    permissions: permissions.optional(),
    expiresAt: timestampSchema.nullable().optional().describe('null for never'),
  })
  .refine((change) => Object.values(change).some((value) => value !== undefined), {
    error: 'must change something',
  })
  .meta({ id: 'ChangeToken' });
export type ChangeToken = z.infer<typeof changeTokenSchema>;

export const rotateTokenSchema = z
  .strictObject({
    overlapSeconds: z
      .number()
      .int()
      .min(0)
      .max(MAX_OVERLAP_SECONDS)
      .default(DEFAULT_OVERLAP_SECONDS)
      .describe('how long the token that is replaced may still be used'),
  })
  .meta({ id: 'RotateToken' });
export type RotateToken = z.infer<typeof rotateTokenSchema>;

export const tokenSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    role: roleSchema,
    services: z.array(nameSchema),
    environments: z.array(nameSchema),
    permissions: z.array(z.enum(EXTRA_PERMISSIONS)),
    lastFour: z.string(),
    createdBy: z.string(),
    identity: z.string().describe('who answers for it: `user:<id>`, or `token:<id>` of a token'),
    createdAt: timestampSchema,
    expiresAt: timestampSchema.nullable(),
    revokedAt: timestampSchema.nullable(),
    lastUsedAt: timestampSchema.nullable().describe('to a minute or so'),
    rotatedFrom: z.string().nullable().describe('id of the token that it takes the place of'),
  })
  .meta({ id: 'Token' });
export type TokenBody = z.infer<typeof tokenSchema>;

export const createdTokenSchema = tokenSchema
  .extend({ token: z.string().describe('shown this once') })
  .meta({ id: 'CreatedToken' });
export type CreatedTokenBody = z.infer<typeof createdTokenSchema>;

export const rotatedTokenSchema = createdTokenSchema
  .extend({
    previous: z.object({ id: z.string(), expiresAt: timestampSchema }).describe('may be used until then'),
  })
  .meta({ id: 'RotatedToken' });
export type RotatedTokenBody = z.infer<typeof rotatedTokenSchema>;

export const tokenParamsSchema = z.strictObject({ id: z.uuid() });

/** Also as it may look the same: in capitals, full width, or with spaces around it. */
function isAdmin(name: string): boolean {
  return name.normalize('NFKC').trim().toLowerCase() === 'admin';
}
