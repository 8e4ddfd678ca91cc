import { z } from 'zod';
import { timestampSchema } from '../names.js';
import { grantSchema } from './grant.js';
import {
  emailSchema,
  MAX_PASSWORD_LENGTH,
  newPasswordSchema,
  personGrantsSchema,
  personNameSchema,
} from './user.js';
import { workspaceSchema } from './workspace.js';

/** That wait in one workspace. */
export const MAX_OPEN_INVITATIONS = 200;

export const createInvitationSchema = z
  .strictObject({ email: emailSchema, grants: personGrantsSchema })
  .meta({ id: 'CreateInvitation' });
export type CreateInvitation = z.infer<typeof createInvitationSchema>;

export const invitationSchema = z
  .object({
    id: z.string(),
    email: z.string(),
    grants: z.array(grantSchema),
    createdBy: z.string(),
    identity: z.string().describe('who answers for it: `user:<id>`, `token:<id>` or `admin-token`'),
    createdAt: timestampSchema,
    expiresAt: timestampSchema,
    acceptedAt: timestampSchema.nullable(),
    revokedAt: timestampSchema.nullable(),
  })
  .meta({ id: 'Invitation' });
export type InvitationBody = z.infer<typeof invitationSchema>;

export const createdInvitationSchema = invitationSchema
  .extend({ token: z.string().describe('shown this once') })
  .meta({ id: 'CreatedInvitation' });
export type CreatedInvitationBody = z.infer<typeof createdInvitationSchema>;

export const invitationParamsSchema = z.strictObject({ id: z.uuid() });

/** Who has no account names himself and chooses a password; who has one gives its password or is signed in. */
export const acceptInvitationSchema = z
  .strictObject({
    token: z.string().min(1).max(MAX_PASSWORD_LENGTH),
    name: personNameSchema.optional(),
    password: newPasswordSchema.optional(),
  })
  .meta({ id: 'AcceptInvitation' });
export type AcceptInvitation = z.infer<typeof acceptInvitationSchema>;

export const acceptedInvitationSchema = z
  .object({ email: z.string(), workspace: workspaceSchema.pick({ id: true, name: true }) })
  .meta({ id: 'AcceptedInvitation' });
export type AcceptedInvitationBody = z.infer<typeof acceptedInvitationSchema>;
