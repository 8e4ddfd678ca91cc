import { z } from 'zod';
import { timestampSchema } from '../names.js';
import { nameText } from '../text.js';

/** That one person has made, archived ones included. */
export const MAX_CREATED_WORKSPACES = 20;
/** That one person belongs to; so a list of one's own is always one page. */
export const MAX_MEMBERSHIPS = 100;

const workspaceNameSchema = nameText(1, 100).describe('for people; another workspace may have the same');

export const createWorkspaceSchema = z
  .strictObject({ name: workspaceNameSchema })
  .meta({ id: 'CreateWorkspace' });
export type CreateWorkspace = z.infer<typeof createWorkspaceSchema>;

export const changeWorkspaceSchema = z
  .strictObject({ name: workspaceNameSchema })
  .meta({ id: 'ChangeWorkspace' });
export type ChangeWorkspace = z.infer<typeof changeWorkspaceSchema>;

export const workspaceSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    createdAt: timestampSchema,
    archivedAt: timestampSchema.nullable(),
  })
  .meta({ id: 'Workspace' });
export type WorkspaceBody = z.infer<typeof workspaceSchema>;

export const createdWorkspaceSchema = workspaceSchema
  .extend({ csrfToken: z.string().describe('of the session from now on') })
  .meta({ id: 'CreatedWorkspace' });
export type CreatedWorkspaceBody = z.infer<typeof createdWorkspaceSchema>;

/** An id is `default` or a UUID; what is neither can name none. */
export const workspaceIdSchema = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'is not the id of a workspace');
export const workspaceParamsSchema = z.strictObject({ id: workspaceIdSchema });
