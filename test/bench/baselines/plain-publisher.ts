import { createHash } from 'node:crypto';
import { type Client, Pool } from 'pg';

const WORKSPACE = 'default';
const AUTHOR = 'token:admin';
const ENVIRONMENTS = ['dev', 'staging', 'prod'];
const LAYERS = JSON.stringify({ base: 1 });

const STATEMENTS = {
  lock: `select current_version from documents
    where workspace_id = $1 and service = $2 and layer = 'base' for update`,
  document: `update documents set current_version = $3 where workspace_id = $1 and service = $2 and layer = 'base'`,
  version: `insert into document_versions
    (workspace_id, service, layer, number, format, source, content, hash, message, author)
    values ($1, $2, 'base', $3, 'json', $4, $5, $6, 'benchmark', $7)`,
  heads: `update config_heads set revision = $3, hash = $4, released = $3 where workspace_id = $1 and service = $2`,
  revisions: `insert into revisions (workspace_id, service, environment, number, content, hash, layers, message, author)
    select $1, $2, unnest($3::text[]), $4, $5, $6, $7::jsonb, 'benchmark', $8`,
  changes: `insert into changes (workspace_id, kind, service, environment)
    select $1, 'revision', $2, unnest($3::text[])`,
  audit: `insert into audit_entries (workspace_id, actor, action, target, detail, request_id)
    values ($1, $2, 'document.publish', $3, $4, $5)`,
} as const;

/** Writes what a publish writes, in plain transactions: one prepared statement for each table, and nothing checked. */
export class PlainPublisher {
  readonly #pool: Pool;

  constructor(databaseUrl: string, connections: number) {
    this.#pool = new Pool({ connectionString: databaseUrl, max: connections });
  }

  async publish(service: string, content: Record<string, unknown>): Promise<void> {
    const client = await this.#pool.connect();
    const run = async (name: keyof typeof STATEMENTS, ...values: unknown[]) =>
      (client as unknown as Client).query<{ current_version: number }>({
        name,
        text: STATEMENTS[name],
        values: [WORKSPACE, ...values],
      });
    try {
      await client.query('begin');
      const { rows } = await run('lock', service);
      const version = (rows[0]?.current_version ?? 0) + 1;
      const canonical = JSON.stringify(content);
      const hash = createHash('sha256').update(canonical).digest('hex');
      const made = ENVIRONMENTS.map((environment) => ({ service, environment, revision: version }));
      const detail = JSON.stringify({ version, hash, message: 'benchmark', revisions: made });
      await run('document', service, version);
      await run('version', service, version, JSON.stringify(content, null, 2), canonical, hash, AUTHOR);
      await run('heads', service, version, hash);
      await run('revisions', service, ENVIRONMENTS, version, canonical, hash, LAYERS, AUTHOR);
      await run('changes', service, ENVIRONMENTS);
      await run('audit', AUTHOR, `document:${service}/base`, detail, 'benchmark');
      await client.query('commit');
    } finally {
      client.release();
    }
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }
}
