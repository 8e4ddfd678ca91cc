/** SQLSTATE of a PostgreSQL error, however deeply Prisma or the pool wrapped it. */
export function sqlState(error: unknown): string | undefined {
  for (
    let depth = 0, current = error;
    depth < 8 && typeof current === 'object' && current !== null;
    depth++
  ) {
    const { originalCode, code, cause, meta } = current as Record<string, unknown>;
    for (const candidate of [originalCode, code]) {
      if (typeof candidate === 'string' && /^[0-9A-Z]{5}$/.test(candidate) && !/^P\d{4}$/.test(candidate))
        return candidate;
    }
    current = cause ?? (meta as Record<string, unknown> | undefined)?.['driverAdapterError'];
  }
  return undefined;
}

/** Serialization failure or deadlock: nothing happened, and the same again may succeed. */
export function isRetryable(error: unknown): boolean {
  const state = sqlState(error);
  return state === '40001' || state === '40P01' || prismaCode(error) === 'P2034';
}

/** A row of that key exists already. */
export function isUniqueViolation(error: unknown): boolean {
  return sqlState(error) === '23505' || prismaCode(error) === 'P2002';
}

const CONNECTION_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENOTFOUND',
  'P1001',
  'P1002',
  'P1008',
  'P1017',
  'P2024',
  'P2028',
]);

/**
 * Whether PostgreSQL could not be reached or did not answer in time: a matter of waiting, not of the request.
 * Classes 08 (connection), 40 (transactions in each other's way, again and again), 53 (resources), 57 (operator
 * intervention, such as a shutdown or a statement timeout).
 */
export function isDatabaseUnavailable(error: unknown): boolean {
  const state = sqlState(error);
  if (state !== undefined && /^(08|40|53|57|55P03|25P03)/.test(state)) return true;
  for (
    let depth = 0, current = error;
    depth < 8 && typeof current === 'object' && current !== null;
    depth++
  ) {
    const { code, message, cause, meta } = current as Record<string, unknown>;
    if (typeof code === 'string' && CONNECTION_CODES.has(code)) return true;
    if (typeof message === 'string' && UNREACHABLE.test(message)) return true;
    current = cause ?? (meta as Record<string, unknown> | undefined)?.['driverAdapterError'];
  }
  return false;
}

/** What `pg` and its pool say without a code. */
const UNREACHABLE =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|not queryable|Query read timeout|DatabaseNotReachable|ConnectionClosed|SocketTimeout/;

function prismaCode(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
}
