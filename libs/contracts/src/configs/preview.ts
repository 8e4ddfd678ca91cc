import { z } from 'zod';
import { contentSchema, contentFormatSchema, warningsSchema } from './document.js';
import { changeCountsSchema, contentDiffSchema } from './document-diff.js';
import { nameSchema } from '../names.js';
import { fieldErrorSchema } from '../problems/problem.js';

/** The most changes that one preview lists; how many there are stands beside them. */
export const MAX_PREVIEWED_CHANGES = 2_000;

export const previewContentSchema = z
  .strictObject({ content: contentSchema, format: contentFormatSchema.default('json') })
  .meta({ id: 'PreviewContent' });
export type PreviewContent = z.infer<typeof previewContentSchema>;

/** Why a publish has to be confirmed. */
export const gateSchema = z
  .object({
    kind: z
      .enum(['keys', 'shrinks', 'grows'])
      .describe(
        'most values would be changed or removed; it would be less than half as large; or nearly doubled',
      ),
    service: nameSchema
      .optional()
      .describe('whose document or effective config; missing where that is not shown'),
    layer: nameSchema.optional().describe('of a document'),
    environment: nameSchema.optional().describe('of an effective config'),
    message: z.string(),
  })
  .meta({ id: 'Gate' });
export type GateBody = z.infer<typeof gateSchema>;

export const previewedChangeSchema = changeCountsSchema
  .extend({
    service: nameSchema,
    environment: nameSchema,
    revision: z.number().int().describe('the number that the new revision would get'),
    from: z.number().int().nullable().describe('the newest revision now, if there is one'),
    state: z.enum(['released', 'awaiting_approval']),
    runningInstances: z.number().int().optional().describe('instances that are seen there now'),
  })
  .meta({ id: 'PreviewedChange' });
export type PreviewedChangeBody = z.infer<typeof previewedChangeSchema>;

export const previewSchema = z
  .object({
    valid: z.boolean(),
    errors: z.array(fieldErrorSchema),
    warnings: warningsSchema,
    gates: z.array(gateSchema).describe('why publishing this needs `confirm`; empty when it does not'),
    changes: z
      .array(previewedChangeSchema)
      .describe('what publishing would release, or have wait for an approval'),
    total: z
      .number()
      .int()
      .describe(
        'of all changes, those that are not listed too; of what the sender may not see all that the documents are a part of',
      ),
    truncated: z.boolean().describe('whether `changes` lists fewer than `total`'),
    diff: contentDiffSchema
      .nullable()
      .describe('of the document against the published one; null when it cannot be read'),
  })
  .meta({ id: 'Preview' });
export type PreviewBody = z.infer<typeof previewSchema>;
