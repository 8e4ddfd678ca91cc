import { z } from 'zod';
import {
  confirmSchema,
  MAX_DOCUMENT_BYTES,
  messageSchema,
  otherRevisionsSchema,
  releasedRevisionSchema,
  warningsSchema,
} from './document.js';
import { fieldErrorSchema } from '../problems/problem.js';
import { environmentNameSchema, nameSchema } from '../names.js';
import { labelsSchema, registerServiceSchema, serviceKindSchema } from '../services/service.js';
import { MAX_ENVIRONMENTS } from '../environments/environment.js';
import { text } from '../text.js';

/** Bounds of a workspace as files. */
export const MAX_IMPORTED_FILES = 2_000;
export const MAX_IMPORT_BODY_BYTES = 16_777_216;
export const MAX_EXPORTED_FILES = 50_000;

/** Where the environments stand. */
export const ENVIRONMENTS_FILE = 'environments.json';

export const workspaceFileSchema = z
  .strictObject({
    path: text(1, 300).describe(
      '`environments.json`, `services/orders/service.json`, `services/orders/prod.yaml` …',
    ),
    content: text(0, MAX_DOCUMENT_BYTES),
  })
  .meta({ id: 'WorkspaceFile' });
export type WorkspaceFileBody = z.infer<typeof workspaceFileSchema>;

/** The last line of an export: without it, something is missing. */
export const exportEndSchema = z.object({ complete: z.literal(true), files: z.number().int() });
export type ExportEnd = z.infer<typeof exportEndSchema>;

/** `environments.json`: in their order. */
export const environmentsFileSchema = z.strictObject({
  environments: z
    .array(z.strictObject({ name: environmentNameSchema, protected: z.boolean().default(false) }))
    .max(MAX_ENVIRONMENTS)
    .refine((items) => new Set(items.map(({ name }) => name)).size === items.length, {
      error: 'names an environment twice',
    }),
});
export type EnvironmentsFile = z.infer<typeof environmentsFileSchema>;

const { displayName, description, owner, includes } = registerServiceSchema.shape;

/** `services/<name>/service.json` */
export const serviceFileSchema = z.strictObject({
  kind: serviceKindSchema,
  displayName,
  description,
  owner,
  labels: labelsSchema.default({}),
  includes,
});
export type ServiceFile = z.infer<typeof serviceFileSchema>;

export const importWorkspaceSchema = z
  .strictObject({
    files: z.array(workspaceFileSchema).min(1).max(MAX_IMPORTED_FILES),
    message: messageSchema.default('Imported'),
    confirm: confirmSchema,
    dryRun: z.boolean().default(false).describe('answers what would be done and does nothing'),
  })
  .meta({ id: 'ImportWorkspace' });
export type ImportWorkspace = z.infer<typeof importWorkspaceSchema>;

export const importedFileSchema = z.object({
  path: z.string(),
  action: z.enum(['create', 'change']),
  detail: z.string().describe('what of it is created or changed'),
});
export type ImportedFile = z.infer<typeof importedFileSchema>;

export const importedSchema = z
  .object({
    dryRun: z.boolean(),
    changeSet: z.string().nullable().describe('id that stands with every version that was published'),
    files: z.array(importedFileSchema).describe('the files that change something'),
    unchanged: z.number().int().describe('how many files say what is there already'),
    notInFiles: z
      .array(z.string())
      .describe('paths of what the workspace has and the files have not: it stays as it is'),
    versions: z.array(
      z.object({ service: nameSchema, layer: nameSchema, version: z.number().int(), hash: z.string() }),
    ),
    revisions: z
      .array(releasedRevisionSchema)
      .describe('the effective configurations that this changed and that the sender may see'),
    otherRevisions: otherRevisionsSchema,
    gates: z.array(fieldErrorSchema).describe('of a dry run: why this needs `confirm`'),
    warnings: warningsSchema,
  })
  .meta({ id: 'Imported' });
export type ImportedBody = z.infer<typeof importedSchema>;
