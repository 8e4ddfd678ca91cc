import { z } from 'zod';
import { timestampSchema, nameSchema } from '../names.js';
import { jsonObjectSchema } from '../configs/json.js';

export const putSchemaQuerySchema = z.strictObject({
  force: z.stringbool().default(false).describe('store it although a current configuration breaks it'),
});

export const schemaVersionSchema = z
  .object({
    version: z.number().int(),
    hash: z.string(),
    author: z.string(),
    createdAt: timestampSchema,
  })
  .meta({ id: 'SchemaVersion' });
export type SchemaVersionBody = z.infer<typeof schemaVersionSchema>;

export const configSchemaSchema = schemaVersionSchema
  .extend({ schema: z.union([jsonObjectSchema, z.boolean()]) })
  .meta({ id: 'ConfigSchema' });
export type ConfigSchemaBody = z.infer<typeof configSchemaSchema>;

export const schemaVersionParamsSchema = z.strictObject({
  service: nameSchema,
  version: z.coerce.number().int().min(1).max(2_147_483_647),
});
