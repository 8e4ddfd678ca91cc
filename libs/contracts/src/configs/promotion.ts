import { z } from 'zod';
import { confirmSchema, contentFormatSchema, emergencyReasonSchema, messageSchema } from './document.js';
import { contentDiffSchema } from './document-diff.js';
import { previewSchema } from './preview.js';
import { environmentNameSchema } from '../names.js';
import { text } from '../text.js';

const MAX_POINTERS = 500;
const MAX_POINTER_LENGTH = 4_096;

export const pointerSchema = text(0, MAX_POINTER_LENGTH).regex(
  /^(?:\/(?:[^~/]|~[01])*)*$/,
  'must be a JSON Pointer (RFC 6901), such as /server/port',
);

export const promoteSchema = z
  .strictObject({
    from: environmentNameSchema.describe('the environment whose values are taken'),
    pointers: z
      .array(pointerSchema)
      .min(1)
      .max(MAX_POINTERS)
      .optional()
      .describe('which places take the values that they have in `from`; all, unless given'),
    basedOn: z
      .number()
      .int()
      .min(0)
      .max(2_147_483_647)
      .optional()
      .describe('refuses when another version of the overlay is published by now, 0 for none'),
    message: messageSchema.optional(),
    confirm: confirmSchema,
    emergencyReason: emergencyReasonSchema,
    dryRun: z.boolean().default(false).describe('answers with a PlannedPromotion and publishes nothing'),
  })
  .meta({ id: 'Promote' });
export type Promote = z.infer<typeof promoteSchema>;

export const plannedPromotionSchema = z
  .object({
    basedOn: z.number().int().describe('the version of the overlay that this was planned on, 0 for none'),
    content: z.string().describe('the text that the overlay would get: comments and order stay'),
    format: contentFormatSchema,
    diff: contentDiffSchema.describe('of the effective configuration'),
    preview: previewSchema,
  })
  .meta({ id: 'PlannedPromotion' });
export type PlannedPromotionBody = z.infer<typeof plannedPromotionSchema>;
