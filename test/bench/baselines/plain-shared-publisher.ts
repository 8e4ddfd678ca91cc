import { createHash } from 'node:crypto';
import { Client } from 'pg';

const WORKSPACE = 'default';
const AUTHOR = 'token:admin';
/** As many entries of other services as a publish writes. */
const AUDITED = 200;

/** A revision to be written. */
export interface PlainRevision {
  readonly service: string;
  readonly environment: string;
  readonly content: string;
}

const STATEMENTS = {
  lock: `select name from services where workspace_id = $1 and name = any($2::text[]) order by name for update`,
  document: `update documents set current_version = current_version + 1
    where workspace_id = $1 and service = $2 and layer = 'base' returning current_version`,
  version: `insert into document_versions
    (workspace_id, service, layer, number, format, source, content, hash, message, author)
    values ($1, $2, 'base', $3, 'json', $4, $4, $5, 'benchmark', $6)`,
  heads: `update config_heads h set revision = h.revision + 1, hash = n.hash, released = h.revision + 1
    from unnest($2::text[], $3::text[], $4::text[]) as n(service, environment, hash)
    where h.workspace_id = $1 and h.service = n.service and h.environment = n.environment`,
  revisions: `insert into revisions (workspace_id, service, environment, number, content, hash, layers, message, author)
    select $1, n.service, n.environment, h.revision, n.content, n.hash, $6::jsonb, 'benchmark', $7
    from unnest($2::text[], $3::text[], $4::text[], $5::text[]) as n(service, environment, content, hash)
    join config_heads h on h.workspace_id = $1 and h.service = n.service and h.environment = n.environment`,
  changes: `insert into changes (workspace_id, kind, service, environment)
    select $1, 'revision', n.service, n.environment from unnest($2::text[], $3::text[]) as n(service, environment)`,
  audit: `insert into audit_entries (workspace_id, actor, action, target, detail, request_id)
    select $1, $2, 'config.release', 'service:' || s, $4, 'benchmark' from unnest($3::text[]) s`,
} as const;

/** Writes what the publish of a shared service writes, with one statement for each table and nothing looked at. */
export class PlainSharedPublisher {
  readonly #client: Client;
  readonly #connected: Promise<unknown>;

  constructor(databaseUrl: string) {
    this.#client = new Client({ connectionString: databaseUrl });
    this.#connected = this.#client.connect();
  }

  async publish(shared: string, content: string, revisions: readonly PlainRevision[]): Promise<void> {
    await this.#connected;
    const services = [...new Set(revisions.map(({ service }) => service))];
    const hashes = revisions.map((revision) => sha256(revision.content));
    const column = (name: keyof PlainRevision) => revisions.map((revision) => revision[name]);
    const pairs = [column('service'), column('environment')] as const;
    await this.#client.query('begin');
    await this.#run('lock', [shared, ...services]);
    const { rows } = await this.#run('document', shared);
    const version = (rows[0] as { current_version: number }).current_version;
    const layers = JSON.stringify([[`${shared}/base`, version]]);
    await this.#run('version', shared, version, content, sha256(content), AUTHOR);
    await this.#run('heads', ...pairs, hashes);
    await this.#run('revisions', ...pairs, column('content'), hashes, layers, AUTHOR);
    await this.#run('changes', ...pairs);
    await this.#run(
      'audit',
      AUTHOR,
      services.slice(0, AUDITED),
      JSON.stringify({ by: `document:${shared}/base` }),
    );
    await this.#client.query('commit');
  }

  close(): Promise<void> {
    return this.#client.end();
  }

  #run(name: keyof typeof STATEMENTS, ...values: unknown[]) {
    return this.#client.query({ name, text: STATEMENTS[name], values: [WORKSPACE, ...values] });
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
