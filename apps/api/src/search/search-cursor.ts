import { z } from 'zod';
import { nameSchema } from '@binnacle/contracts';
import { InvalidCursor } from '@binnacle/store';

const count = z.number().int().min(0).max(2_147_483_647);
const placeSchema = z.strictObject({ service: nameSchema, place: nameSchema });

const cursorSchema = z.strictObject({
  after: placeSchema.optional(),
  resume: placeSchema.extend({ number: count, hits: count }).optional(),
});

/** After which place a search goes on, and how many hits of the next one were shown already. */
export type SearchCursor = z.infer<typeof cursorSchema>;

export function encodeSearchCursor({ after, resume }: SearchCursor): string {
  return Buffer.from(JSON.stringify({ after, resume }), 'utf8').toString('base64url');
}

/** @throws InvalidCursor for one that no search handed out */
export function decodeSearchCursor(cursor: string | undefined): SearchCursor | undefined {
  if (cursor === undefined) return undefined;
  const text = Buffer.from(cursor, 'base64url').toString('utf8');
  const parsed = cursorSchema.safeParse(parsedOrUndefined(text));
  if (!parsed.success || encodeSearchCursor(parsed.data) !== cursor) throw new InvalidCursor(cursor);
  return parsed.data;
}

function parsedOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
