import { z } from 'zod';
import { pageQueryShape } from '../lists/page.js';
import { nameSchema, timestampSchema } from '../names.js';
import { text } from '../text.js';

export const auditOutcomeSchema = z.enum(['done', 'refused']);
export const auditViaSchema = z.enum(['token', 'session', 'system']);

const actionSchema = z
  .string()
  .max(100)
  .regex(
    /^[a-z0-9-]+(\.[a-z0-9-]+)*\.?$/,
    'must be an action such as token.create, or the beginning of some such as token.',
  );

/** Which entries are wanted: those that all of these fit. */
export const auditFilterShape = {
  actor: text(1, 400).optional().describe('exactly, such as user:ann@example.org'),
  identity: text(1, 200).optional().describe('who answers for it, such as user:<id>'),
  credential: text(1, 200).optional().describe('id of the token or session'),
  action: actionSchema
    .optional()
    .describe('exactly, or all that begin with it when it ends with a dot: `token.`'),
  target: text(1, 500).optional().describe('exactly, such as service:orders'),
  service: nameSchema.optional(),
  environment: nameSchema.optional(),
  outcome: auditOutcomeSchema.optional(),
  from: timestampSchema.optional().describe('not before this time'),
  to: timestampSchema.optional().describe('before this time'),
};

export const listAuditQuerySchema = z.strictObject({ ...pageQueryShape, ...auditFilterShape });
export type ListAuditQuery = z.infer<typeof listAuditQuerySchema>;

export const exportAuditQuerySchema = z.strictObject(auditFilterShape);
export type ExportAuditQuery = z.infer<typeof exportAuditQuerySchema>;

export const auditEntrySchema = z
  .object({
    number: z.number().int().describe('1, 2, 3 … without gaps in a workspace'),
    at: timestampSchema,
    actor: z.string().describe('who did it, as people read it'),
    identity: z.string().describe('the user or token that answers for it'),
    via: auditViaSchema,
    credential: z.string().describe('id of the token or session it came through'),
    address: z.string(),
    requestId: z.string(),
    outcome: auditOutcomeSchema,
    action: z.string(),
    target: z.string(),
    service: z.string().nullable(),
    environment: z.string().nullable(),
    detail: z.unknown().describe('what belongs to the action, such as `diff`, a JSON Patch (RFC 6902)'),
    previousHash: z.string(),
    hash: z.string().describe('SHA-256 over the entry and the hash of the one before'),
  })
  .meta({ id: 'AuditEntry' });
export type AuditEntryBody = z.infer<typeof auditEntrySchema>;

/** The last line of an export. An export that ends without it is not complete. */
export const auditExportEndSchema = z
  .object({
    complete: z.literal(true),
    entries: z.number().int().describe('lines before this one'),
    head: z
      .object({ number: z.number().int(), hash: z.string() })
      .describe('the end of the chain when the export began; number 0 while there is none'),
  })
  .meta({ id: 'AuditExportEnd' });
export type AuditExportEnd = z.infer<typeof auditExportEndSchema>;
