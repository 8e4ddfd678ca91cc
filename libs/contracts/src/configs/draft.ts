import { z } from 'zod';
import {
  confirmSchema,
  contentFormatSchema,
  contentSchema,
  emergencyReasonSchema,
  messageSchema,
  validationSchema,
} from './document.js';
import { pageQueryShape } from '../lists/page.js';
import { nameSchema, timestampSchema } from '../names.js';

/** Who may have saved one draft: none of them is forgotten when it is to be approved. */
export const MAX_CONTRIBUTORS = 200;

const baseVersionSchema = z.number().int().min(0).max(2_147_483_647);

export const saveDraftSchema = z
  .strictObject({
    content: contentSchema,
    format: contentFormatSchema.default('json'),
    message: messageSchema.default('').describe('what a publish of the draft says, unless it says otherwise'),
    baseVersion: baseVersionSchema
      .optional()
      .describe(
        'the published version that the content was made on, or merged with; left out: as the draft had it, and what is published now for a new draft',
      ),
  })
  .meta({ id: 'SaveDraft' });
export type SaveDraft = z.infer<typeof saveDraftSchema>;

export const publishDraftSchema = z
  .strictObject({
    message: messageSchema.optional().describe("the draft's own unless said otherwise"),
    emergencyReason: emergencyReasonSchema,
    confirm: confirmSchema,
  })
  .meta({ id: 'PublishDraft' });
export type PublishDraft = z.infer<typeof publishDraftSchema>;

export const draftSummarySchema = z
  .object({
    service: nameSchema,
    layer: nameSchema,
    etag: z.string().describe('what If-Match takes to save, discard or publish it'),
    format: contentFormatSchema,
    bytes: z.number().int().describe('size of the text'),
    message: z.string(),
    baseVersion: baseVersionSchema.describe('the version that it was made on; 0 when nothing was published'),
    publishedVersion: baseVersionSchema.describe(
      'the version that is published now: when it is another one than `baseVersion`, the draft must be merged before it is published',
    ),
    author: z.string().describe('who saved it last'),
    contributors: z.array(z.string()).describe('everybody who saved it, in order'),
    createdAt: timestampSchema,
    updatedAt: timestampSchema,
  })
  .meta({ id: 'DraftSummary' });
export type DraftSummaryBody = z.infer<typeof draftSummarySchema>;

export const draftSchema = draftSummarySchema
  .extend({
    source: z.string().describe('the text as it was saved, also when it cannot be parsed'),
    validation: validationSchema.describe(
      'what publishing it now would say, of every environment that it would change',
    ),
  })
  .meta({ id: 'Draft' });
export type DraftBody = z.infer<typeof draftSchema>;

export const listDraftsQuerySchema = z.strictObject({
  ...pageQueryShape,
  service: nameSchema.optional(),
  layer: nameSchema.optional().describe('`base`, or the name of an environment'),
});
export type ListDraftsQuery = z.infer<typeof listDraftsQuerySchema>;

export const endedDraftParamsSchema = z.strictObject({
  service: nameSchema,
  layer: nameSchema.describe('`base`, or the name of an environment'),
  id: z.uuid(),
});
export type EndedDraftParams = z.infer<typeof endedDraftParamsSchema>;

export const endedDraftSchema = z
  .object({
    id: z.string(),
    outcome: z.enum(['published', 'discarded']),
    version: z.number().int().nullable().describe('the version that was published from it'),
    format: contentFormatSchema,
    bytes: z.number().int().describe('size of the text'),
    message: z.string(),
    baseVersion: baseVersionSchema,
    author: z.string().describe('who saved it last'),
    contributors: z.array(z.string()),
    endedBy: z.string(),
    endedAt: timestampSchema,
  })
  .meta({ id: 'EndedDraft' });
export type EndedDraftBody = z.infer<typeof endedDraftSchema>;

export const endedDraftWithSourceSchema = endedDraftSchema
  .extend({ source: z.string().describe('the text as it was saved') })
  .meta({ id: 'EndedDraftWithSource' });
export type EndedDraftWithSourceBody = z.infer<typeof endedDraftWithSourceSchema>;
