import { z } from 'zod';
import { pageQueryShape } from '../lists/page.js';
import { nameSchema, timestampSchema } from '../names.js';
import { text } from '../text.js';

export const MAX_INCLUDES = 20;
export const MAX_LABELS = 50;

export const labelsSchema = z
  .record(text(1, 63), text(0, 255))
  .refine((labels) => Object.keys(labels).length <= MAX_LABELS, { error: `at most ${MAX_LABELS} labels` });

const serviceFields = {
  displayName: text(1, 200),
  description: text(0, 4000),
  owner: text(1, 200),
  labels: labelsSchema,
  includes: z
    .array(nameSchema)
    .max(MAX_INCLUDES)
    .refine((names) => new Set(names).size === names.length, { error: 'names a service twice' })
    .describe('services of kind `shared` whose configuration lies under this one, in this order'),
};

export const serviceKindSchema = z.enum(['service', 'shared']);

export const registerServiceSchema = z
  .strictObject({
    name: nameSchema,
    kind: serviceKindSchema.default('service'),
    displayName: serviceFields.displayName.optional(),
    description: serviceFields.description.optional(),
    owner: serviceFields.owner.optional(),
    labels: serviceFields.labels.default({}),
    includes: serviceFields.includes.default([]),
  })
  .meta({ id: 'RegisterService' });
export type RegisterService = z.infer<typeof registerServiceSchema>;

export const changeServiceSchema = z
  .strictObject({
    displayName: serviceFields.displayName.nullable().optional(),
    description: serviceFields.description.nullable().optional(),
    owner: serviceFields.owner.nullable().optional(),
    labels: serviceFields.labels.optional(),
    includes: serviceFields.includes.optional(),
  })
  .meta({ id: 'ChangeService' });
export type ChangeService = z.infer<typeof changeServiceSchema>;

export const serviceSchema = z
  .object({
    name: nameSchema,
    kind: serviceKindSchema,
    displayName: z.string().nullable(),
    description: z.string().nullable(),
    owner: z.string().nullable(),
    labels: labelsSchema,
    includes: z.array(nameSchema),
    createdAt: timestampSchema,
    updatedAt: timestampSchema,
    archivedAt: timestampSchema.nullable(),
  })
  .meta({ id: 'Service' });
export type ServiceBody = z.infer<typeof serviceSchema>;

const labelFilterSchema = text(2, 319).regex(/^[^=]{1,63}=.{0,255}$/, 'must be key=value');

export const listServicesQuerySchema = z.strictObject({
  ...pageQueryShape,
  search: text(0, 200).optional().describe('part of the name, display name or description'),
  label: z
    .union([labelFilterSchema, z.array(labelFilterSchema).max(10)])
    .optional()
    .describe('key=value; given more than once, all must match'),
  kind: serviceKindSchema.optional(),
  owner: text(1, 200).optional().describe('exactly this owner'),
  includes: nameSchema.optional().describe('only services that include this one themselves'),
  archived: z.stringbool().default(false),
});
export type ListServicesQuery = z.infer<typeof listServicesQuerySchema>;
