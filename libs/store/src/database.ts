import { PrismaPg } from '@prisma/adapter-pg';
import { createHash } from 'node:crypto';
import type { SqlQuery } from '@prisma/driver-adapter-utils';
import pg from 'pg';
import { PrismaClient } from './generated/client.js';
import { poolSql, type Sql } from './sql.js';

export interface DatabaseOptions {
  readonly connectionString: string;
  /** Connections of this process. */
  readonly poolSize: number;
  /** Longest that one statement may run, and that a caller waits for a connection, in milliseconds. */
  readonly statementTimeoutMs: number;
  readonly acquireTimeoutMs: number;
  readonly applicationName: string;
  readonly onError: (error: Error) => void;
}

/** One pool of connections, spoken to through Prisma or, where it was measured to matter, in plain SQL. */
export interface Database {
  readonly prisma: PrismaClient;
  readonly sql: Sql;
  /** For a single connection of one's own, outside the pool. */
  readonly connectionString: string;
  close(): Promise<void>;
}

/** Opens nothing yet: connections are made when they are first needed. */
export function openDatabase(options: DatabaseOptions): Database {
  const pool = new pg.Pool({
    connectionString: options.connectionString,
    max: options.poolSize,
    connectionTimeoutMillis: options.acquireTimeoutMs,
    idleTimeoutMillis: 30_000,
    statement_timeout: options.statementTimeoutMs,
    // A transaction whose process hangs must not hold its locks, nor the change feed back.
    idle_in_transaction_session_timeout: options.statementTimeoutMs,
    application_name: options.applicationName,
    // Prisma's adapter takes every time for UTC, whatever offset the server gave it.
    options: '-c timezone=UTC',
    keepAlive: true,
  });
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on('error', options.onError);
  const prisma = new PrismaClient({
    adapter: new PrismaPg(pool, { disposeExternalPool: false, statementNameGenerator: preparedName }),
    transactionOptions: { maxWait: options.acquireTimeoutMs, timeout: options.statementTimeoutMs },
  });
  return {
    prisma,
    sql: poolSql(pool),
    connectionString: options.connectionString,
    async close() {
      await prisma.$disconnect();
      await pool.end();
    },
  };
}

const preparedNames = new Map<string, string>();
const MAX_PREPARED = 500;

/** One prepared statement for each text. Past the bound a text is sent unnamed: Prisma's texts vary with list lengths. */
function preparedName({ sql }: SqlQuery): string {
  const known = preparedNames.get(sql);
  if (known !== undefined) return known;
  if (preparedNames.size >= MAX_PREPARED) return '';
  const name = `p${createHash('sha256').update(sql).digest('base64url').slice(0, 22)}`;
  preparedNames.set(sql, name);
  return name;
}
