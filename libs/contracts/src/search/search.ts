import { z } from 'zod';
import { pageQueryShape } from '../lists/page.js';
import { nameSchema } from '../names.js';
import { text } from '../text.js';

export const MAX_SEARCH_TEXT_LENGTH = 200;
/** Characters of a value that a hit shows. */
export const MAX_EXCERPT_LENGTH = 200;

export const searchQuerySchema = z
  .strictObject({
    ...pageQueryShape,
    q: text(1, MAX_SEARCH_TEXT_LENGTH)
      .optional()
      .describe('part of a key or of a value, whatever the case; a JSON Pointer when it begins with /'),
    key: text(1, MAX_SEARCH_TEXT_LENGTH).optional().describe('part of a key, whatever the case'),
    value: text(1, MAX_SEARCH_TEXT_LENGTH)
      .optional()
      .describe('part of a string, number or boolean, whatever the case'),
    pointer: text(1, 1_024)
      .regex(/^\/(?:[^~]|~[01])*$/, 'must be a JSON Pointer (RFC 6901), such as /server/port or /server/*')
      .optional()
      .describe('exactly this place, or all that begin like it when it ends with *'),
    in: z
      .enum(['documents', 'effective'])
      .default('documents')
      .describe('published documents, or what agents run'),
    service: nameSchema.optional(),
    environment: nameSchema.optional().describe('of documents: the layer, also `base`'),
  })
  .refine(({ q, key, value, pointer }) => [q, key, value, pointer].some((each) => each !== undefined), {
    error: 'must say what is looked for: send `q`, `key`, `value` or `pointer`',
  });
export type SearchQuery = z.infer<typeof searchQuerySchema>;

const hitFields = {
  service: nameSchema,
  pointer: z.string(),
  value: z
    .string()
    .describe(
      `the value as JSON, at most ${MAX_EXCERPT_LENGTH} characters of it; secrets stand there as references`,
    ),
  truncated: z.boolean().describe('whether the value is longer'),
};

export const searchHitSchema = z
  .union([
    z.object({
      ...hitFields,
      in: z.literal('documents'),
      layer: nameSchema,
      version: z.number().int(),
    }),
    z.object({
      ...hitFields,
      in: z.literal('effective'),
      environment: nameSchema,
      revision: z.number().int(),
    }),
  ])
  .meta({ id: 'SearchHit' });
export type SearchHit = z.infer<typeof searchHitSchema>;
