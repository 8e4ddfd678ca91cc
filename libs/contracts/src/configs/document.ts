import { z } from 'zod';
import { changeCountsSchema } from './document-diff.js';
import { jsonObjectSchema } from './json.js';
import { nameSchema, timestampSchema } from '../names.js';
import { fieldErrorSchema } from '../problems/problem.js';
import { reasonSchema } from '../rollouts/approval.js';
import { text } from '../text.js';

/** The largest document: bytes of UTF-8, of the text as sent and of the canonical JSON. */
export const MAX_DOCUMENT_BYTES = 1_048_576;
export const MAX_MESSAGE_LENGTH = 1000;

export const contentFormatSchema = z.enum(['json', 'yaml']);

export const contentSchema = z
  .union([jsonObjectSchema, text(0, MAX_DOCUMENT_BYTES)])
  .describe('the document as an object, or as text in the format named beside it');

export const messageSchema = text(0, MAX_MESSAGE_LENGTH);

export const emergencyReasonSchema = reasonSchema
  .optional()
  .describe('releases at once in protected environments too; needs config:emergency there, and is audited');

export const confirmSchema = z
  .boolean()
  .default(false)
  .describe('publishes also what changes so much that it may be a mistake (see `confirm_required`)');

export const publishVersionSchema = z
  .strictObject({
    content: contentSchema,
    format: contentFormatSchema.default('json'),
    message: messageSchema.default(''),
    emergencyReason: emergencyReasonSchema,
    confirm: confirmSchema,
  })
  .meta({ id: 'PublishVersion' });
export type PublishVersion = z.infer<typeof publishVersionSchema>;

export const validateContentSchema = z
  .strictObject({ content: contentSchema, format: contentFormatSchema.default('json') })
  .meta({ id: 'ValidateContent' });
export type ValidateContent = z.infer<typeof validateContentSchema>;

export const rollbackSchema = z
  .strictObject({
    to: z.number().int().min(1).max(2_147_483_647),
    message: messageSchema.optional(),
    emergencyReason: emergencyReasonSchema,
    confirm: confirmSchema,
  })
  .meta({ id: 'Rollback' });
export type Rollback = z.infer<typeof rollbackSchema>;

export const layerParamsSchema = z.strictObject({
  service: nameSchema,
  layer: nameSchema.describe('`base`, or the name of an environment'),
});
export type LayerParams = z.infer<typeof layerParamsSchema>;

export const layerVersionParamsSchema = layerParamsSchema.extend({
  version: z.coerce.number().int().min(1).max(2_147_483_647),
});

export const releasedRevisionSchema = z.object({
  service: nameSchema,
  environment: nameSchema,
  revision: z.number().int(),
  state: z.enum(['released', 'awaiting_approval']),
  approval: z.string().optional().describe('id of the approval that it waits for, or did without'),
});

export const warningsSchema = z
  .array(fieldErrorSchema)
  .describe('what the schemas warn of: nothing that keeps it from being published');

export const otherRevisionsSchema = z
  .number()
  .int()
  .min(1)
  .optional()
  .describe('how many more it changed, which the sender may not see; missing when there is none');

export const publishedSchema = z
  .object({
    version: z.number().int(),
    hash: z.string(),
    revisions: z
      .array(releasedRevisionSchema)
      .describe('the effective configurations that this changed and that the sender may see'),
    otherRevisions: otherRevisionsSchema,
    warnings: warningsSchema,
  })
  .meta({ id: 'Published' });
export type PublishedBody = z.infer<typeof publishedSchema>;

export const validationSchema = z
  .object({ valid: z.boolean(), errors: z.array(fieldErrorSchema), warnings: warningsSchema })
  .meta({ id: 'Validation' });
export type ValidationBody = z.infer<typeof validationSchema>;

export const documentVersionSchema = z
  .object({
    version: z.number().int(),
    hash: z.string(),
    format: contentFormatSchema,
    bytes: z.number().int().describe('size of the canonical JSON'),
    message: z.string(),
    author: z.string(),
    contributors: z
      .array(z.string())
      .describe(
        'who wrote it beside its author: saved the draft that it was published from, or what was promoted',
      ),
    change: changeCountsSchema
      .nullable()
      .describe('size of the change against the version before; null where it was not counted'),
    tags: z.array(nameSchema),
    createdAt: timestampSchema,
  })
  .meta({ id: 'DocumentVersion' });
export type DocumentVersionBody = z.infer<typeof documentVersionSchema>;

export const documentSchema = documentVersionSchema
  .extend({
    layer: nameSchema,
    content: jsonObjectSchema,
    source: z.string().describe('the text as its author wrote it'),
  })
  .meta({ id: 'Document' });
export type DocumentBody = z.infer<typeof documentSchema>;
