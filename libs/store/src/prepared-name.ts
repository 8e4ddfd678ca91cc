import { createHash } from 'node:crypto';

const MAX_PREPARED = 500;
const names = new Map<string, string>();

/**
 * What a statement is prepared under, once on each connection. Past the bound a text is sent unnamed: those that
 * Prisma makes vary with the lengths of lists.
 */
export function preparedName(text: string): string {
  const known = names.get(text);
  if (known !== undefined) return known;
  if (names.size >= MAX_PREPARED) return '';
  const name = `p${createHash('sha256').update(text).digest('base64url').slice(0, 22)}`;
  names.set(text, name);
  return name;
}
