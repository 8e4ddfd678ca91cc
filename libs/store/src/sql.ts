import type pg from 'pg';
import type { Prisma } from './generated/client.js';

/** Plain SQL with numbered parameters, on whichever connection stands behind it. */
export interface Sql {
  /** `name` prepares the statement once per connection. */
  query<Row>(text: string, values?: readonly unknown[], name?: string): Promise<Row[]>;
}

export function poolSql(pool: pg.Pool | pg.ClientBase): Sql {
  return {
    async query<Row>(text: string, values: readonly unknown[] = [], name?: string): Promise<Row[]> {
      const result = await pool.query({ text, values: [...values], ...(name === undefined ? {} : { name }) });
      return result.rows as Row[];
    },
  };
}

/** The same inside a transaction of Prisma's. Parameters need casts where their type cannot be guessed. */
export function transactionSql(transaction: Prisma.TransactionClient): Sql {
  return {
    async query<Row>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
      return transaction.$queryRawUnsafe<Row[]>(text, ...values);
    },
  };
}
