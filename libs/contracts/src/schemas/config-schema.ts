import { z } from 'zod';
import { timestampSchema, nameSchema } from '../names.js';
import { jsonObjectSchema } from '../configs/json.js';
import { fieldErrorSchema } from '../problems/problem.js';

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

/** A current effective config that does not keep a schema. */
export const schemaBreakSchema = z
  .object({
    service: nameSchema,
    environment: nameSchema,
    errors: z.array(fieldErrorSchema).describe('pointers lead into the effective config'),
  })
  .meta({ id: 'SchemaBreak' });
export type SchemaBreakBody = z.infer<typeof schemaBreakSchema>;

export const schemaCheckSchema = z
  .object({
    valid: z.boolean().describe('whether it is a schema; what breaks it is another question'),
    errors: z.array(fieldErrorSchema).describe('mistakes in the schema itself; pointers lead into it'),
    breaks: z.array(schemaBreakSchema).describe('current effective configs that it does not accept'),
    warnings: z.array(fieldErrorSchema).describe('what it would warn of in the current effective configs'),
  })
  .meta({ id: 'SchemaCheck' });
export type SchemaCheckBody = z.infer<typeof schemaCheckSchema>;
