import pg from 'pg';
import { APPLICATION_ROLE } from '../workspace-pool.js';
import { ALL_WORKSPACES } from '../workspace-scope.js';
import { type Change, type ChangeRow, fromChangeRow } from './change.js';

const READ = `
  with bound as (select pg_snapshot_xmin(pg_current_snapshot()) as xmin)
  select bound.xmin::text as bound, c.workspace_id, c.kind, c.service, c.environment, c.subject
  from bound left join changes c on c.xid >= $1::text::xid8 and c.xid < bound.xmin
  order by c.xid, c.id`;

const NOW = 'select pg_snapshot_xmin(pg_current_snapshot())::text as bound';

type ReadRow = ChangeRow & { readonly bound: string };

export interface ChangeFeed {
  /**
   * The changes committed since the last read, in commit order; none is skipped and none comes twice. The first read
   * answers nothing: it marks the place to begin. After a failure the next read connects again and goes on from there.
   */
  read(): Promise<Change[]>;
  close(): Promise<void>;
}

/**
 * A cursor over the table `changes` on a connection of its own, so that an exhausted pool does not delay it.
 * Every transaction below `pg_snapshot_xmin` has ended, so what it wrote is visible now or never: the cursor moves to
 * that bound and rows of transactions still open are read once these have ended.
 */
export function openChangeFeed(connectionString: string, timeoutMs: number): ChangeFeed {
  let client: pg.Client | undefined;
  let cursor: string | undefined;

  async function connected(): Promise<pg.Client> {
    if (client !== undefined) return client;
    const fresh = new pg.Client({
      connectionString,
      connectionTimeoutMillis: timeoutMs,
      statement_timeout: timeoutMs,
      query_timeout: timeoutMs,
      application_name: 'binnacle-change-feed',
      // Every API process serves every workspace.
      options: `-c timezone=UTC -c role=${APPLICATION_ROLE} -c binnacle.workspace=${ALL_WORKSPACES}`,
      keepAlive: true,
    });
    fresh.on('error', () => drop(fresh));
    await fresh.connect();
    client = fresh;
    return fresh;
  }

  function drop(broken: pg.Client): void {
    if (client === broken) client = undefined;
    // The connection is broken already: how its end goes changes nothing.
    void broken.end().catch(() => undefined);
  }

  return {
    async read() {
      const connection = await connected();
      try {
        if (cursor === undefined) {
          const start = await connection.query<{ bound: string }>(NOW);
          cursor = start.rows[0]?.bound;
          return [];
        }
        const { rows } = await connection.query<ReadRow>({
          name: 'read-changes',
          text: READ,
          values: [cursor],
        });
        cursor = rows[0]?.bound ?? cursor;
        return rows.map(fromChangeRow).filter((change) => change !== undefined);
      } catch (error) {
        drop(connection);
        throw error;
      }
    },
    async close() {
      const open = client;
      client = undefined;
      await open?.end();
    },
  };
}
