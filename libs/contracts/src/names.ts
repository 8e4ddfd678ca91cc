import { BASE_LAYER } from '@binnacle/domain';
import { z } from 'zod';

/** The one pattern for names of services, environments and tokens' scopes: safe in a path, a room and a key. */
export const NAME_PATTERN = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
export const BREAKER_NAME_PATTERN = /^[a-z0-9]([a-z0-9._:/-]{0,126}[a-z0-9])?$/;

const NAME_RULE = 'must be 1 to 63 of a-z, 0-9 and -, beginning and ending with a letter or digit';

export const nameSchema = z.string().regex(NAME_PATTERN, NAME_RULE);
export const environmentNameSchema = nameSchema.refine((name) => name !== BASE_LAYER, {
  error: '"base" names the layer under every environment: choose another name',
});
export const breakerNameSchema = z
  .string()
  .regex(
    BREAKER_NAME_PATTERN,
    'must be 1 to 128 of a-z, 0-9 and . _ : / -, beginning and ending with a letter or digit',
  );
export const timestampSchema = z.iso.datetime();

export const serviceParamsSchema = z.strictObject({ service: nameSchema });
export const environmentParamsSchema = z.strictObject({ environment: nameSchema });
export const pairParamsSchema = z.strictObject({ service: nameSchema, environment: nameSchema });
export type PairParams = z.infer<typeof pairParamsSchema>;

/** The body of a POST that needs to say nothing: none, or an empty object. */
export const nothingSchema = z.strictObject({}).meta({ id: 'Nothing' });
export type Nothing = z.infer<typeof nothingSchema>;
