import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';

/** A story's own database: nobody else writes there. */
export class StoryDatabase {
  readonly url: string;
  readonly #pool: pg.Pool;
  readonly #drop: () => Promise<void>;

  private constructor(url: string, drop: () => Promise<void>) {
    this.url = url;
    this.#drop = drop;
    this.#pool = new pg.Pool({ connectionString: url, max: 4, connectionTimeoutMillis: 5_000 });
    // Stories take the server away; the next query connects anew.
    this.#pool.on('error', () => undefined);
  }

  /** A fresh, empty database on the server of the run. */
  static async create(): Promise<StoryDatabase> {
    const maintenanceUrl = inject('postgresUrl');
    const name = `story_${randomUUID().replaceAll('-', '')}`;
    await runOnce(maintenanceUrl, `create database ${name}`);
    const url = new URL(maintenanceUrl);
    url.pathname = `/${name}`;
    return new StoryDatabase(url.href, () => runOnce(maintenanceUrl, `drop database ${name} with (force)`));
  }

  /** A database on a server that belongs to the story. */
  static at(url: string): StoryDatabase {
    return new StoryDatabase(url, async () => undefined);
  }

  async query<Row extends object>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    const { rows } = await this.#pool.query<Row>(text, [...values]);
    return rows;
  }

  async close(): Promise<void> {
    await this.#pool.end();
    await this.#drop();
  }
}

async function runOnce(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
