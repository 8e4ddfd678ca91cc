/** A page of a list, and where the next one begins. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

export interface PageRequest {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** A cursor that this list did not hand out. */
export class InvalidCursor extends Error {
  override readonly name = 'InvalidCursor';
}

/** Of the type `integer` in PostgreSQL. */
const MAX_INTEGER = 2_147_483_647;

/** The key of the last item of the page before, or undefined for the first page. */
export function decodeCursor(cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined;
  const decoded = Buffer.from(cursor, 'base64url').toString('utf8');
  const isOurs =
    decoded.startsWith('k:') && !decoded.includes('\0') && encodeCursor(decoded.slice(2)) === cursor;
  if (!isOurs) throw new InvalidCursor(cursor);
  return decoded.slice(2);
}

/** The same for a list that is ordered by a whole number, of at most `max`: the largest that its column holds. */
export function decodeNumberCursor(cursor: string | undefined, max = MAX_INTEGER): number | undefined {
  const key = decodeCursor(cursor);
  if (key === undefined) return undefined;
  const number = Number(key);
  if (!Number.isSafeInteger(number) || number < 0 || number > max) throw new InvalidCursor(cursor);
  return number;
}

function encodeCursor(key: string): string {
  return Buffer.from(`k:${key}`, 'utf8').toString('base64url');
}

/** `rows` holds one more than the page when there is a next one: ask the database for `limit + 1`. */
export function toPage<Row, Item>(
  rows: readonly Row[],
  limit: number,
  keyOf: (row: Row) => string | number | bigint,
  toItem: (row: Row) => Item,
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(toItem),
    nextCursor: rows.length > limit && last !== undefined ? encodeCursor(String(keyOf(last))) : null,
  };
}
