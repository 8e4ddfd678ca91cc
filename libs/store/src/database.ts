import { PrismaPg } from '@prisma/adapter-pg';
import { type Prisma, PrismaClient } from './generated/client.js';
import { preparedName } from './prepared-name.js';
import { scopedPrisma, type ScopedPrisma } from './scoped-prisma.js';
import { poolSql, type Sql } from './sql.js';
import { runSqlTransaction, type SqlTransaction } from './sql-transaction.js';
import { APPLICATION_ROLE, WorkspacePool } from './workspace-pool.js';
import { ALL_WORKSPACES, checkedWorkspaceId, NO_WORKSPACE, runInScope } from './workspace-scope.js';

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

/** For what happens in one workspace, or in all of them. */
export interface Scope {
  readonly prisma: ScopedPrisma;
  readonly sql: Sql;
}

/**
 * One pool of connections, spoken to through Prisma or, where it was measured to matter, in plain SQL. Nothing is asked
 * without saying for which workspace, and PostgreSQL itself shows no row of another.
 */
export interface Database {
  /** @throws RangeError when that cannot be the id of a workspace */
  within(workspaceId: string): Scope;
  /** For what belongs to no workspace or to all. Which files may use it stands in `scripts/tenant-scope.mjs`. */
  readonly acrossWorkspaces: Scope;
  /** Rejects when the database does not answer. */
  ping(): Promise<void>;
  /** For mutations. Which files may use it stands in `scripts/tenant-scope.mjs`. */
  readonly transactions: Transactions;
  /** For a single connection of one's own, outside the pool. */
  readonly connectionString: string;
  close(): Promise<void>;
}

/** Transactions that work for one workspace, or for all; what `work` throws takes them back. */
export interface Transactions {
  prisma<Answer>(workspace: string, work: (tx: Prisma.TransactionClient) => Promise<Answer>): Promise<Answer>;
  /** In plain SQL. */
  sql<Answer>(workspace: string, work: (sql: SqlTransaction) => Promise<Answer>): Promise<Answer>;
}

/** Opens nothing yet: connections are made when they are first needed. */
export function openDatabase(options: DatabaseOptions): Database {
  const { statementTimeoutMs, acquireTimeoutMs } = options;
  const pool = new WorkspacePool({
    connectionString: options.connectionString,
    max: options.poolSize,
    connectionTimeoutMillis: acquireTimeoutMs,
    idleTimeoutMillis: 30_000,
    statement_timeout: statementTimeoutMs,
    // For a server that does not answer at all, and so does not end its statement either.
    query_timeout: statementTimeoutMs + 1_000,
    // A transaction whose process hangs must not hold its locks, nor the change feed back.
    idle_in_transaction_session_timeout: statementTimeoutMs,
    application_name: options.applicationName,
    // Prisma's adapter takes every time for UTC, whatever offset the server gave it.
    options: `-c timezone=UTC -c role=${APPLICATION_ROLE}`,
    // For the last statement of a transaction and its commit; everything else is waited for.
    pipeline: true,
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
    transactionOptions: { maxWait: acquireTimeoutMs, timeout: statementTimeoutMs },
  });
  const scopeOf = (workspace: string): Scope => ({
    prisma: scopedPrisma(prisma, workspace),
    sql: {
      query: (text, values, name) => runInScope(workspace, () => poolSql(pool).query(text, values, name)),
    },
  });
  return {
    within: (workspaceId) => scopeOf(checkedWorkspaceId(workspaceId)),
    acrossWorkspaces: scopeOf(ALL_WORKSPACES),
    async ping() {
      await scopeOf(NO_WORKSPACE).sql.query('select 1');
    },
    transactions: {
      prisma: (workspace, work) => runInScope(allowedScope(workspace), () => prisma.$transaction(work)),
      sql: (workspace, work) =>
        runInScope(allowedScope(workspace), () => runSqlTransaction(pool, statementTimeoutMs, work)),
    },
    connectionString: options.connectionString,
    async close() {
      await prisma.$disconnect();
      await pool.end();
    },
  };
}

function allowedScope(workspace: string): string {
  return workspace === ALL_WORKSPACES ? workspace : checkedWorkspaceId(workspace);
}
