import { z } from 'zod';
import { timestampSchema } from '../names.js';
import { nameText, text } from '../text.js';
import { grantSchema, MAX_GRANTS } from './grant.js';

export const MAX_MEMBERS = 1_000;
export const MIN_PASSWORD_LENGTH = 12;
export const MAX_PASSWORD_LENGTH = 256;
const MAX_EMAIL_LENGTH = 254;

/** Compared without regard to case, and kept in lower case. */
export const emailSchema = z
  .string()
  .max(MAX_EMAIL_LENGTH)
  .trim()
  .toLowerCase()
  .pipe(z.email('must be an e-mail address'));

/** For a password that is chosen. What else is asked of it is told when it is refused. */
export const newPasswordSchema = text(MIN_PASSWORD_LENGTH, MAX_PASSWORD_LENGTH).describe(
  `${MIN_PASSWORD_LENGTH} to ${MAX_PASSWORD_LENGTH} characters, none of the most common ones and not the e-mail`,
);
/** For a password that is shown as proof. */
export const givenPasswordSchema = z.string().min(1).max(MAX_PASSWORD_LENGTH);
export const personNameSchema = nameText(1, 100);

/** What a person may be given in a workspace: any role but that of the agents, who are told secrets in plain. */
export const personGrantsSchema = z
  .array(
    grantSchema.refine(({ role }) => role !== 'agent', {
      error: 'is the role of agents, and not for people',
      path: ['role'],
    }),
  )
  .min(1)
  .max(MAX_GRANTS);

/** A member of the workspace. */
export const userSchema = z
  .object({
    id: z.string(),
    email: z.string(),
    name: z.string(),
    grants: z.array(grantSchema),
    memberSince: timestampSchema,
    addedBy: z.string(),
  })
  .meta({ id: 'User' });
export type UserBody = z.infer<typeof userSchema>;

export const changeUserSchema = z.strictObject({ grants: personGrantsSchema }).meta({ id: 'ChangeUser' });
export type ChangeUser = z.infer<typeof changeUserSchema>;

export const userParamsSchema = z.strictObject({ id: z.uuid() });

export const createdPasswordResetSchema = z
  .object({ token: z.string().describe('shown this once'), expiresAt: timestampSchema })
  .meta({ id: 'CreatedPasswordReset' });
export type CreatedPasswordResetBody = z.infer<typeof createdPasswordResetSchema>;

export const usePasswordResetSchema = z
  .strictObject({ token: z.string().min(1).max(MAX_PASSWORD_LENGTH), password: newPasswordSchema })
  .meta({ id: 'UsePasswordReset' });
export type UsePasswordReset = z.infer<typeof usePasswordResetSchema>;
