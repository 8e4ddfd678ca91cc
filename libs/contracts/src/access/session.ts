import { z } from 'zod';
import { timestampSchema } from '../names.js';
import { grantSchema } from './grant.js';
import { CSRF_HEADER } from './session-names.js';
import { emailSchema, givenPasswordSchema, newPasswordSchema } from './user.js';
import { workspaceIdSchema } from './workspace.js';

export const signInSchema = z
  .strictObject({ email: emailSchema, password: givenPasswordSchema })
  .meta({ id: 'SignIn' });
export type SignIn = z.infer<typeof signInSchema>;

const knownWorkspaceSchema = z.object({ id: z.string(), name: z.string() });

/** Who sends a request, by session or by token. */
export const sessionStateSchema = z
  .object({
    via: z.enum(['session', 'token']),
    name: z.string().describe('as it stands in the audit'),
    user: z
      .object({ id: z.string(), email: z.string(), name: z.string(), isOperator: z.boolean() })
      .nullable()
      .describe('null for a token'),
    workspace: knownWorkspaceSchema
      .nullable()
      .describe('the one that it works in; null while none is chosen'),
    workspaces: z.array(knownWorkspaceSchema).describe('those to choose from'),
    grants: z.array(grantSchema).describe('in the workspace'),
    csrfToken: z.string().nullable().describe(`for the header ${CSRF_HEADER}; null for a token`),
    expiresAt: timestampSchema.nullable(),
  })
  .meta({ id: 'SessionState' });
export type SessionStateBody = z.infer<typeof sessionStateSchema>;

export const chooseWorkspaceSchema = z
  .strictObject({ workspace: workspaceIdSchema })
  .meta({ id: 'ChooseWorkspace' });
export type ChooseWorkspace = z.infer<typeof chooseWorkspaceSchema>;

export const changePasswordSchema = z
  .strictObject({ current: givenPasswordSchema, new: newPasswordSchema })
  .meta({ id: 'ChangePassword' });
export type ChangePassword = z.infer<typeof changePasswordSchema>;

/** One of a person's own sessions. */
export const sessionSchema = z
  .object({
    id: z.string(),
    address: z.string(),
    userAgent: z.string(),
    createdAt: timestampSchema,
    lastSeenAt: timestampSchema,
    expiresAt: timestampSchema,
    current: z.boolean().describe('whether it is the one that asks'),
  })
  .meta({ id: 'Session' });
export type SessionBody = z.infer<typeof sessionSchema>;

export const sessionParamsSchema = z.strictObject({ id: z.uuid() });
