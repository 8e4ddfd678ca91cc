import { CONFIG_TEXT_FORMATS, REVISION_STATES } from '@binnacle/domain';
import { z } from 'zod';
import { jsonObjectSchema } from './json.js';
import { nameSchema, timestampSchema } from '../names.js';

/** The longest that one long poll may wait, in seconds. */
export const MAX_WAIT_SECONDS = 60;

export type { ConfigTextFormat } from '@binnacle/domain';

export const configQuerySchema = z.strictObject({
  explain: z
    .union([z.literal('').transform(() => true), z.stringbool()])
    .default(false)
    .describe('add the layer and version that every leaf came from, and what it hides; alone it means true')
    .meta({ type: 'boolean' }),
  format: z
    .enum(['json', ...CONFIG_TEXT_FORMATS])
    .default('json')
    .describe('others than json: the content alone, as a text in which secrets stay references'),
  wait: z.coerce
    .number()
    .int()
    .min(0)
    .max(MAX_WAIT_SECONDS)
    .default(0)
    .describe('with If-None-Match: wait up to this many seconds for something newer, then 304'),
});
export type ConfigQuery = z.infer<typeof configQuerySchema>;

const documentOriginSchema = z.object({
  layer: z.string().describe('`base`, an environment, or `include:<service>`'),
  document: z.string().describe('`<service>/<layer>`'),
  version: z.number().int(),
});

export const leafOriginSchema = documentOriginSchema
  .extend({
    hides: z
      .array(
        documentOriginSchema.extend({
          value: z
            .unknown()
            .optional()
            .describe('null where it removes; missing where it is large, or not for the caller to see'),
          pointer: z.string().optional().describe('where the value stands when that is above the leaf'),
        }),
      )
      .describe('what lower layers say of the same place, lowest first'),
  })
  .meta({ id: 'LeafOrigin' });
export type LeafOriginBody = z.infer<typeof leafOriginSchema>;

export const effectiveConfigSchema = z
  .object({
    epoch: z.string().describe('names the history that revisions belong to; later ones sort higher'),
    revision: z.number().int(),
    hash: z.string().describe('SHA-256 (hex) of the content as canonical JSON, RFC 8785'),
    content: jsonObjectSchema,
    secrets: z
      .record(z.string(), z.string())
      .optional()
      .describe('for tokens of agents: the plain values of the secrets that the content refers to, by name'),
    layers: z
      .record(z.string(), z.string())
      .optional()
      .describe('JSON Pointer of a leaf: `base`, an environment, or `include:<service>`'),
    origins: z
      .record(z.string(), leafOriginSchema)
      .optional()
      .describe('JSON Pointer of a leaf: the document that set it, and what it hid'),
  })
  .meta({ id: 'EffectiveConfig' });
export type EffectiveConfigBody = z.infer<typeof effectiveConfigSchema>;

export const revisionSchema = z
  .object({
    revision: z.number().int(),
    hash: z.string(),
    state: z
      .enum(REVISION_STATES)
      .describe(
        '`superseded` and `rejected` ones were never released; of the released, agents have the newest',
      ),
    message: z.string(),
    author: z.string(),
    createdAt: timestampSchema,
    layers: z.record(z.string(), z.number().int()).describe('version of every document that went into it'),
  })
  .meta({ id: 'Revision' });
export type RevisionBody = z.infer<typeof revisionSchema>;

export const revisionParamsSchema = z.strictObject({
  service: nameSchema,
  environment: nameSchema,
  revision: z.coerce.number().int().min(1).max(2_147_483_647),
});

export const revisionWithContentSchema = revisionSchema
  .extend({ content: jsonObjectSchema })
  .meta({ id: 'RevisionWithContent' });
