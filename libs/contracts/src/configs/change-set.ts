import { z } from 'zod';
import {
  confirmSchema,
  contentFormatSchema,
  contentSchema,
  emergencyReasonSchema,
  messageSchema,
  otherRevisionsSchema,
  releasedRevisionSchema,
  warningsSchema,
} from './document.js';
import { nameSchema } from '../names.js';

/** The most documents that are published together. */
export const MAX_CHANGE_SET_DOCUMENTS = 100;

export const documentChangeSchema = z
  .strictObject({
    service: nameSchema,
    layer: nameSchema.describe('`base`, or the name of an environment'),
    content: contentSchema,
    format: contentFormatSchema.default('json'),
    basedOn: z
      .number()
      .int()
      .min(0)
      .max(2_147_483_647)
      .optional()
      .describe('the version that this change was made on, 0 for none; needed when one is published'),
  })
  .meta({ id: 'DocumentChange' });

export const publishChangeSetSchema = z
  .strictObject({
    message: messageSchema,
    changes: z.array(documentChangeSchema).min(1).max(MAX_CHANGE_SET_DOCUMENTS),
    confirm: confirmSchema,
    emergencyReason: emergencyReasonSchema,
    dryRun: z.boolean().default(false).describe('answers with a Preview and publishes nothing'),
  })
  .superRefine(({ changes }, context) => {
    const seen = new Set<string>();
    for (const [index, { service, layer }] of changes.entries()) {
      const document = `${service}/${layer}`;
      if (seen.has(document))
        context.addIssue({
          code: 'custom',
          path: ['changes', index],
          message: 'changes a document that another change in this set changes, too',
        });
      seen.add(document);
    }
  })
  .meta({ id: 'PublishChangeSet' });
export type PublishChangeSet = z.infer<typeof publishChangeSetSchema>;

export const publishedDocumentSchema = z.object({
  service: nameSchema,
  layer: nameSchema,
  version: z.number().int(),
  hash: z.string(),
});

export const changeSetSchema = z
  .object({
    changeSet: z.string().describe('id that stands with every one of these versions in the audit'),
    versions: z.array(publishedDocumentSchema).describe('in the order of the changes'),
    revisions: z
      .array(releasedRevisionSchema)
      .describe('the effective configurations that this changed and that the sender may see'),
    otherRevisions: otherRevisionsSchema,
    warnings: warningsSchema,
  })
  .meta({ id: 'ChangeSet' });
export type ChangeSetBody = z.infer<typeof changeSetSchema>;
