import pg from 'pg';
import { currentScope } from './workspace-scope.js';

/** The role that row level security holds for. It owns nothing; the migrations make it. */
export const APPLICATION_ROLE = 'binnacle_app';

/** For the session, and outside of any transaction: one that is rolled back would take it back. */
const WORK_FOR = `select set_config('binnacle.workspace', $1::text, false), current_user as role`;

type Acquired = (
  error: Error | undefined,
  client: pg.PoolClient | undefined,
  done: (release?: boolean | Error) => void,
) => void;

/**
 * Hands out connections whose session works for the workspace that was in scope when they were asked for. What a
 * session works for is remembered, so that a connection which serves the same workspace again costs nothing more.
 */
export class WorkspacePool extends pg.Pool {
  readonly #workspaces = new WeakMap<pg.PoolClient, string>();

  override connect(): Promise<pg.PoolClient>;
  override connect(callback: Acquired): void;
  override connect(callback?: Acquired): Promise<pg.PoolClient> | undefined {
    // `query` comes here too, and so does Prisma.
    const acquired = this.#acquire();
    if (callback === undefined) return acquired;
    acquired.then(
      (client) => callback(undefined, client, (release) => client.release(release)),
      (error: Error) => callback(error, undefined, nothingToRelease),
    );
    return undefined;
  }

  async #acquire(): Promise<pg.PoolClient> {
    // Before anything is waited for: whoever gives a connection back may be of another workspace.
    const workspace = currentScope();
    const client = await super.connect();
    if (this.#workspaces.get(client) === workspace) return client;
    this.#workspaces.delete(client);
    // A connection that breaks rejects the statement; unheard, the event would end the process.
    client.on('error', toldByTheStatement);
    try {
      const { rows } = await client.query<{ role: string }>({
        name: 'work-for-workspace',
        text: WORK_FOR,
        values: [workspace],
      });
      if (rows[0]?.role !== APPLICATION_ROLE)
        throw new Error(
          `PostgreSQL did not take the role ${APPLICATION_ROLE}: tenants would not be kept apart`,
        );
    } catch (error) {
      client.release(error instanceof Error ? error : true);
      throw error;
    } finally {
      client.off('error', toldByTheStatement);
    }
    this.#workspaces.set(client, workspace);
    return client;
  }
}

function nothingToRelease(): void {
  // There is no connection.
}

function toldByTheStatement(): void {
  // Told by the statement.
}
