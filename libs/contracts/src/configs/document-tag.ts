import { z } from 'zod';
import { nameSchema, timestampSchema } from '../names.js';

/** Tags of one document. */
export const MAX_DOCUMENT_TAGS = 100;

/** What names a side of a diff beside tags and numbers. */
const TAKEN: ReadonlySet<string> = new Set(['live', 'draft']);
const DIGITS = /^\d+$/;

export const documentTagNameSchema = nameSchema.refine((name) => !TAKEN.has(name) && !DIGITS.test(name), {
  error: 'must not be `live`, `draft` or a number: those name versions already',
});

export const tagParamsSchema = z.strictObject({
  service: nameSchema,
  layer: nameSchema.describe('`base`, or the name of an environment'),
  tag: documentTagNameSchema,
});
export type TagParams = z.infer<typeof tagParamsSchema>;

export const putTagSchema = z
  .strictObject({ version: z.number().int().min(1).max(2_147_483_647) })
  .meta({ id: 'PutTag' });
export type PutTag = z.infer<typeof putTagSchema>;

export const documentTagSchema = z
  .object({
    tag: nameSchema,
    version: z.number().int().describe('retention never removes a version that has a tag'),
    author: z.string().describe('who put it there'),
    updatedAt: timestampSchema,
  })
  .meta({ id: 'DocumentTag' });
export type DocumentTagBody = z.infer<typeof documentTagSchema>;
