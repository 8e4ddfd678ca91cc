import { z } from 'zod';
import { documentTagNameSchema } from './document-tag.js';

const jsonSchema = z.unknown();

/** One operation of a JSON Patch (RFC 6902) as a diff has them. */
export const patchOperationSchema = z
  .object({ op: z.enum(['add', 'remove', 'replace']), path: z.string(), value: jsonSchema.optional() })
  .meta({ id: 'PatchOperation' });

export const describedChangeSchema = z
  .object({
    pointer: z
      .string()
      .describe('JSON Pointer (RFC 6901): into what is new, or into what was before for `removed`'),
    kind: z.enum(['added', 'removed', 'changed', 'moved']),
    from: z.string().optional().describe('for `moved`: where it was before'),
    before: jsonSchema.optional(),
    after: jsonSchema.optional(),
    omitted: z.literal(true).optional().describe('the values are too large to be shown here'),
  })
  .meta({ id: 'DescribedChange' });
export type DescribedChangeBody = z.infer<typeof describedChangeSchema>;

export const changeCountsSchema = z
  .object({
    added: z.number().int(),
    changed: z.number().int(),
    removed: z.number().int(),
  })
  .describe('values at the ends of the tree, an array as one')
  .meta({ id: 'ChangeCounts' });
export type ChangeCountsBody = z.infer<typeof changeCountsSchema>;

/** What lies between two contents: for programs as a patch, for people as changes. */
export const contentDiffSchema = z
  .object({
    patch: z
      .array(patchOperationSchema)
      .describe('RFC 6902, always whole: what turns the one content into the other'),
    changes: z.array(describedChangeSchema).describe('the same for people, cut to fit'),
    total: z.number().int().describe('of all changes'),
    truncated: z.boolean().describe('whether changes or values are missing in `changes`'),
    counts: changeCountsSchema,
  })
  .meta({ id: 'ContentDiff' });
export type ContentDiffBody = z.infer<typeof contentDiffSchema>;

const SIDE_NUMBER = /^(0|[1-9]\d{0,9})$/;
const MAX_VERSION = 2_147_483_647;

/** `0` is the empty document before the first version. */
export const diffSideSchema = z
  .union([
    z
      .string()
      .regex(SIDE_NUMBER)
      .transform(Number)
      .pipe(z.number().max(MAX_VERSION))
      .meta({ type: 'integer' }),
    z.enum(['live', 'draft']),
    documentTagNameSchema,
  ])
  .describe('a version, `live`, `draft` or a tag; 0 is the empty document before the first version');
export type DiffSide = z.infer<typeof diffSideSchema>;

export const diffQuerySchema = z.strictObject({
  from: diffSideSchema,
  to: diffSideSchema.default('live'),
});
export type DiffQuery = z.infer<typeof diffQuerySchema>;

const comparedSchema = z.union([z.number().int(), z.literal('draft')]);

export const documentDiffSchema = contentDiffSchema
  .extend({
    from: comparedSchema.describe('the version that was meant, or `draft`'),
    to: comparedSchema.describe('the version that was meant, or `draft`'),
  })
  .meta({ id: 'DocumentDiff' });
export type DocumentDiffBody = z.infer<typeof documentDiffSchema>;
