import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { PrismaClient } from './generated/client.js';
import { preparedName } from './prepared-name.js';
import { poolSql, type Sql } from './sql.js';
import { runSqlTransaction } from './sql-transaction.js';

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
  /** A transaction in plain SQL; what `work` throws takes it back. */
  transaction<Answer>(work: (sql: Sql) => Promise<Answer>): Promise<Answer>;
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
    // For a server that does not answer at all, and so does not end its statement either.
    query_timeout: options.statementTimeoutMs + 1_000,
    // A transaction whose process hangs must not hold its locks, nor the change feed back.
    idle_in_transaction_session_timeout: options.statementTimeoutMs,
    application_name: options.applicationName,
    // Prisma's adapter takes every time for UTC, whatever offset the server gave it.
    options: '-c timezone=UTC',
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  });
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on('error', options.onError);
  const prisma = new PrismaClient({
    adapter: new PrismaPg(pool, {
      disposeExternalPool: false,
      statementNameGenerator: ({ sql }) => preparedName(sql),
    }),
    transactionOptions: { maxWait: options.acquireTimeoutMs, timeout: options.statementTimeoutMs },
  });
  return {
    prisma,
    sql: poolSql(pool),
    transaction: (work) => runSqlTransaction(pool, options.statementTimeoutMs, work),
    connectionString: options.connectionString,
    async close() {
      await prisma.$disconnect();
      await pool.end();
    },
  };
}
