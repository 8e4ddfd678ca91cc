import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';

export interface ConnectPostgresOptions {
  connectionString: string;
  /** How long to wait for a server that is not up yet. */
  connectTimeoutMs: number;
  log: (message: string) => void;
}

const retryDelayMs = 250;
const attemptTimeoutMs = 5_000;

/** Socket errors of a server or a name that is not there yet, and what PostgreSQL says while it starts or stops. */
const transientCodes =
  /^(ECONNREFUSED|ECONNRESET|EPIPE|ENOENT|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|57P0[123]|53300)$/;

/** Connects one client, waiting for the server within the bound; a wrong password or database fails at once. */
export async function connectPostgres(options: ConnectPostgresOptions): Promise<Client> {
  const deadline = Date.now() + options.connectTimeoutMs;
  for (let attempt = 1; ; attempt += 1) {
    const remainingMs = Math.max(1, deadline - Date.now());
    const client = new Client({
      connectionString: options.connectionString,
      connectionTimeoutMillis: Math.min(attemptTimeoutMs, remainingMs),
      application_name: 'binnacle-migrations',
      keepAlive: true,
    });
    // A connection that breaks between two queries says so here; the next query then rejects.
    client.on('error', (error) => options.log(`The connection to PostgreSQL broke: ${error.message}`));
    try {
      await client.connect();
      return client;
    } catch (error) {
      await client.end().catch((endError: unknown) => options.log(`Closing it failed: ${String(endError)}`));
      const where = `${client.host}:${client.port}/${client.database ?? ''}`;
      if (!isTransient(error)) {
        throw new Error(`Cannot connect to PostgreSQL at ${where}: ${messageOf(error)}`, { cause: error });
      }
      if (Date.now() + retryDelayMs >= deadline) {
        const waited = `${options.connectTimeoutMs / 1000} s`;
        throw new Error(`PostgreSQL at ${where} did not answer within ${waited}: ${messageOf(error)}`, {
          cause: error,
        });
      }
      if (attempt === 1) options.log(`Waiting for PostgreSQL at ${where}: ${messageOf(error)}`);
      await delay(retryDelayMs);
    }
  }
}

function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('code' in error && typeof error.code === 'string') return transientCodes.test(error.code);
  // pg gives these two no code.
  return /timeout expired|Connection terminated/.test(error.message);
}

/** The errors of several addresses of one name come without a message of their own. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join(', ');
  return error instanceof Error ? error.message : String(error);
}
