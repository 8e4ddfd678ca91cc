import { z } from 'zod';
import type { JsonObject } from '@binnacle/domain';

/**
 * An object of JSON. Only its outermost shape is looked at here: `parseContent` of the domain checks all of it, once,
 * with the limits that apply.
 */
export const jsonObjectSchema = z
  .custom<JsonObject>((value) => typeof value === 'object' && value !== null && !Array.isArray(value), {
    error: 'must be a JSON object',
  })
  .meta({ type: 'object', additionalProperties: true });
