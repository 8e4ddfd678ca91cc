import type pg from 'pg';
import { preparedName } from './prepared-name.js';
import type { Sql } from './sql.js';

/**
 * Runs `work` in a transaction of plain SQL: a third of what an interactive transaction of Prisma's costs. Parameters
 * need casts where their type cannot be guessed. After `timeoutMs` no further statement is begun.
 */
export async function runSqlTransaction<Answer>(
  pool: pg.Pool,
  timeoutMs: number,
  work: (sql: Sql) => Promise<Answer>,
): Promise<Answer> {
  const client = await pool.connect();
  // A connection that breaks rejects the statement under way, or the next; unheard, the event would end the process.
  client.on('error', ignore);
  let broken: Error | undefined;
  try {
    await client.query('begin');
    const answer = await work(boundedSql(client, performance.now() + timeoutMs));
    const { command } = await client.query('commit');
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

function boundedSql(client: pg.ClientBase, deadlineMs: number): Sql {
  return {
    async query<Row>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
      if (performance.now() > deadlineMs) throw new TransactionTimeout();
      const { rows } = await client.query({ name: preparedName(text), text, values: [...values] });
      return rows as Row[];
    },
  };
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
