import type pg from 'pg';
import { preparedName } from './prepared-name.js';
import type { Sql } from './sql.js';

export interface SqlTransaction extends Sql {
  /** Sent together with the commit, so that what it locks is held while PostgreSQL commits, and for no round trip. */
  last(text: string, values: readonly unknown[]): void;
}

/**
 * Runs `work` in a transaction of plain SQL: a third of what an interactive transaction of Prisma's costs. Parameters
 * need casts where their type cannot be guessed. After `timeoutMs` no further statement is begun.
 */
export async function runSqlTransaction<Answer>(
  pool: pg.Pool,
  timeoutMs: number,
  work: (sql: SqlTransaction) => Promise<Answer>,
): Promise<Answer> {
  const client = await pool.connect();
  // A connection that breaks rejects the statement under way, or the next; unheard, the event would end the process.
  client.on('error', ignore);
  let broken: Error | undefined;
  try {
    await client.query('begin');
    const sql = new BoundedSql(client, performance.now() + timeoutMs);
    const answer = await work(sql);
    const { command } = await sql.commit();
    // What PostgreSQL answers when a statement failed and somebody caught its error.
    if (command !== 'COMMIT') throw new Error('The transaction had failed before it was committed');
    return answer;
  } catch (error) {
    broken = await rollBack(client);
    throw error;
  } finally {
    client.off('error', ignore);
    client.release(broken);
  }
}

class BoundedSql implements SqlTransaction {
  private lastStatement: pg.QueryConfig | undefined;

  constructor(
    private readonly client: pg.ClientBase,
    private readonly deadlineMs: number,
  ) {}

  async query<Row>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    this.checkDeadline();
    const { rows } = await this.client.query(named(text, values));
    return rows as Row[];
  }

  last(text: string, values: readonly unknown[]): void {
    this.lastStatement = named(text, values);
  }

  async commit(): Promise<pg.QueryResult> {
    this.checkDeadline();
    if (this.lastStatement === undefined) return this.client.query('commit');
    // When the first of the two fails, the second takes everything back.
    const both = [this.client.query(this.lastStatement), this.client.query('commit')] as const;
    const [, committed] = await Promise.all(both);
    return committed;
  }

  private checkDeadline(): void {
    if (performance.now() > this.deadlineMs) throw new TransactionTimeout();
  }
}

function named(text: string, values: readonly unknown[]): pg.QueryConfig {
  return { name: preparedName(text), text, values: [...values] };
}

/** Why the connection cannot be used again, if so. */
async function rollBack(client: pg.ClientBase): Promise<Error | undefined> {
  try {
    await client.query('rollback');
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

class TransactionTimeout extends Error {
  override readonly name = 'TransactionTimeout';
  /** query_canceled: what a statement that takes too long is told. */
  readonly code = '57014';

  constructor() {
    super('The transaction took too long');
  }
}

function ignore(): void {
  // Told by the statement.
}
