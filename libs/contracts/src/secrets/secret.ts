import { z } from 'zod';
import { publishedSchema } from '../configs/document.js';
import { nameSchema, timestampSchema } from '../names.js';

/** The longest value of a secret, in bytes of UTF-8. */
export const MAX_SECRET_BYTES = 65_536;

/** Messages tell what would be right and never repeat the value. */
const secretValueSchema = z
  .string()
  .min(1)
  // As many characters as that can never fit; the exact rule follows.
  .max(MAX_SECRET_BYTES)
  .refine((value) => value.isWellFormed(), { error: 'must not contain unpaired surrogates' })
  .refine((value) => new TextEncoder().encode(value).length <= MAX_SECRET_BYTES, {
    error: `must be at most ${MAX_SECRET_BYTES} bytes of UTF-8`,
  });

/** Not a strict object, whose refusal would name the unknown fields: a value sent in a wrong place is not repeated. */
export const putSecretSchema = z
  .looseObject({ value: secretValueSchema.describe('the plain value; no answer to this repeats it') })
  .refine((body) => Object.keys(body).length === 1, { error: 'must have the field "value" and no other' })
  .meta({ id: 'PutSecret', additionalProperties: false });
export type PutSecret = z.infer<typeof putSecretSchema>;

export const secretParamsSchema = z.strictObject({
  service: nameSchema,
  environment: nameSchema,
  name: nameSchema,
});
export type SecretParams = z.infer<typeof secretParamsSchema>;

export const secretSchema = z
  .object({
    name: nameSchema,
    version: z.number().int().describe('the newest version'),
    createdAt: timestampSchema,
    updatedAt: timestampSchema,
    updatedBy: z.string(),
  })
  .meta({ id: 'Secret' });
export type SecretBody = z.infer<typeof secretSchema>;

export const secretVersionSchema = z
  .object({ version: z.number().int(), author: z.string(), createdAt: timestampSchema })
  .meta({ id: 'SecretVersion' });
export type SecretVersionBody = z.infer<typeof secretVersionSchema>;

export const putSecretAnswerSchema = z
  .object({
    name: nameSchema,
    version: z.number().int(),
    revisions: publishedSchema.shape.revisions.describe(
      'the revision that brings this version to agents, if the config refers to the secret',
    ),
  })
  .meta({ id: 'PutSecretAnswer' });
export type PutSecretAnswerBody = z.infer<typeof putSecretAnswerSchema>;

export const revealSecretSchema = z
  .strictObject({
    version: z.number().int().min(1).max(2_147_483_647).optional().describe('the newest one by default'),
  })
  .meta({ id: 'RevealSecret' });
export type RevealSecret = z.infer<typeof revealSecretSchema>;

export const revealedSecretSchema = z
  .object({ name: nameSchema, version: z.number().int(), value: z.string() })
  .meta({ id: 'RevealedSecret' });
export type RevealedSecretBody = z.infer<typeof revealedSecretSchema>;
