import { APPROVAL_STATES } from '@binnacle/domain';
import { z } from 'zod';
import { pageQueryShape } from '../lists/page.js';
import { describedChangeSchema } from '../configs/document-diff.js';
import { nameSchema, timestampSchema } from '../names.js';
import { text } from '../text.js';

export const MAX_REASON_LENGTH = 1000;

export const reasonSchema = text(1, MAX_REASON_LENGTH).refine((reason) => reason.trim() !== '', {
  error: 'must say something',
});

export const approvalStateSchema = z
  .enum(APPROVAL_STATES)
  .describe('`superseded`: another revision came; `emergency`: released without an answer');

export const approvalSchema = z
  .object({
    id: z.string(),
    service: nameSchema,
    environment: nameSchema,
    revision: z.number().int().describe('the one that is released when this is approved'),
    state: approvalStateSchema,
    message: z.string(),
    author: z.string(),
    createdAt: timestampSchema,
    decidedBy: z.string().nullable(),
    decidedAt: timestampSchema.nullable(),
    comment: z.string().nullable().describe('what was said with the decision; the reason, of an emergency'),
  })
  .meta({ id: 'Approval' });
export type ApprovalBody = z.infer<typeof approvalSchema>;

const jsonChangeSchema = z.object({
  op: z.enum(['add', 'remove', 'replace']),
  path: z.string().describe('JSON Pointer (RFC 6901)'),
  value: z.unknown().optional(),
  omittedBytes: z.number().int().optional().describe('size of a value that is too large for this list'),
});

export const approvalWithChangesSchema = approvalSchema
  .extend({
    from: z
      .object({ revision: z.number().int(), hash: z.string() })
      .nullable()
      .describe('what agents run now; null while nothing was released'),
    to: z.object({ revision: z.number().int(), hash: z.string() }),
    changes: z
      .array(jsonChangeSchema)
      .describe('from what agents run to what was proposed, as JSON Patch (RFC 6902)'),
    changesTruncated: z.boolean().describe('there are more, or larger ones, than are listed'),
    described: z
      .array(describedChangeSchema)
      .describe('the same for people, with what was there before; cut to fit'),
    secretChanges: z
      .array(
        z.object({
          name: nameSchema,
          from: z.number().int().nullable(),
          to: z.number().int().nullable(),
        }),
      )
      .describe('versions of secrets that it refers to; never their values'),
    authors: z
      .array(z.string())
      .describe('who wrote what is in it and not yet released: none of them may approve'),
  })
  .meta({ id: 'ApprovalWithChanges' });
export type ApprovalWithChangesBody = z.infer<typeof approvalWithChangesSchema>;

export const rejectedApprovalSchema = approvalSchema
  .extend({
    hint: z.string(),
    stillPublished: z
      .array(
        z.object({
          service: nameSchema,
          layer: nameSchema,
          version: z.number().int(),
          released: z.number().int().nullable().describe('the version that agents run; null for none'),
        }),
      )
      .describe('documents that still hold what was rejected'),
    secrets: z
      .array(
        z.object({
          name: nameSchema,
          version: z.number().int(),
          released: z.number().int().describe('the version that agents run'),
        }),
      )
      .describe('secrets that still have a value that was rejected; never their values'),
  })
  .meta({ id: 'RejectedApproval' });
export type RejectedApprovalBody = z.infer<typeof rejectedApprovalSchema>;

export const listApprovalsQuerySchema = z.strictObject({
  ...pageQueryShape,
  state: approvalStateSchema.optional(),
  service: nameSchema.optional(),
  environment: nameSchema.optional(),
});
export type ListApprovalsQuery = z.infer<typeof listApprovalsQuerySchema>;

export const approvalParamsSchema = z.strictObject({ id: z.uuid() });

export const approveSchema = z
  .strictObject({ comment: text(0, MAX_REASON_LENGTH).optional() })
  .meta({ id: 'Approve' });
export type Approve = z.infer<typeof approveSchema>;

export const decideWithReasonSchema = z
  .strictObject({ reason: reasonSchema })
  .meta({ id: 'DecideWithReason' });
export type DecideWithReason = z.infer<typeof decideWithReasonSchema>;
