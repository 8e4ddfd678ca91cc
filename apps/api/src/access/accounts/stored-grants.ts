import { z } from 'zod';
import { type Grant, grantSchema } from '@binnacle/contracts';

const storedSchema = z.array(grantSchema);

/** Grants as they are kept. What this version of the program does not know allows nothing. */
export function readGrants(stored: unknown): Grant[] {
  return storedSchema.safeParse(stored).data ?? [];
}
