import { z } from 'zod';
import { nameSchema } from '../names.js';
import { EXTRA_PERMISSIONS } from './permission.js';
import { roleSchema } from './role.js';

export const MAX_GRANTS = 20;

/** A role in a part of a workspace. */
export const grantSchema = z
  .strictObject({
    role: roleSchema,
    services: z.array(nameSchema).max(100).default([]).describe('only these services; empty for all'),
    environments: z.array(nameSchema).max(50).default([]).describe('only these environments; empty for all'),
    permissions: z
      .array(z.enum(EXTRA_PERMISSIONS))
      .max(EXTRA_PERMISSIONS.length)
      .default([])
      .describe('beyond those of the role'),
  })
  .meta({ id: 'Grant' });
export type Grant = z.infer<typeof grantSchema>;
