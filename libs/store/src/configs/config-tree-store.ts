import type { ConfigHead, ConfigSource, JsonObject, PlannedRevision } from '@binnacle/domain';
import type { Database } from '../database.js';
import type { SqlMutation } from '../mutation.js';

/** Everything that decides effective configs, as it is while the services are locked. */
export interface ConfigTree {
  /** The services that may be affected by a change to the first one: itself and all that include it. */
  readonly affected: readonly AffectedService[];
  readonly environments: readonly string[];
  readonly sources: ReadonlyMap<string, ConfigSource>;
  /** The current version of every document, also of services that are only included: `<service>/<layer>`. */
  readonly documents: ReadonlyMap<string, { readonly version: number; readonly hash: string }>;
  headOf(service: string, environment: string): ConfigHead | undefined;
}

export interface AffectedService {
  readonly name: string;
  readonly kind: 'service' | 'shared';
  readonly archived: boolean;
  /** Canonical JSON of the schema in force. */
  readonly schema: { readonly content: string; readonly hash: string } | undefined;
}

export interface NewDocumentVersion {
  readonly service: string;
  readonly layer: string;
  readonly number: number;
  readonly format: string;
  readonly source: string;
  readonly canonical: string;
  readonly hash: string;
  readonly message: string;
}

const FAMILY = `
  dependents(name) as (
    select $2::text
    union select i.service from service_includes i join dependents d on i.included = d.name
    where i.workspace_id = $1::text
  ), family(name) as (
    select name from dependents
    union select i.included from service_includes i join family f on i.service = f.name
    where i.workspace_id = $1::text
  )`;

/** In the order of names, so that two transactions never wait for each other. */
const LOCK = `
  with recursive ${FAMILY}
  select s.name from services s
  where s.workspace_id = $1::text and s.name in (select name from family)
  order by s.name for no key update of s`;

/**
 * One round trip for all that matters; \`kind\` says what a row is. The limits keep the look-ups of versions one row
 * each: as plain joins they were planned as scans of all versions, and took longer with each one that was published.
 */
const LOAD = `
  with recursive ${FAMILY}
  select 'service' as kind, s.name as service, s.kind as key, (s.archived_at is not null)::int as number,
    null as content, case when s.name in (select name from dependents) then 'affected' end as hash
  from services s where s.workspace_id = $1::text and s.name in (select name from family)
  union all
  select 'include', i.service, i.included, i.position, null, null
  from service_includes i where i.workspace_id = $1::text and i.service in (select name from family)
  union all
  select 'document', d.service, d.layer, d.current_version, v.content, v.hash
  from documents d cross join lateral (
    select content, hash from document_versions
    where workspace_id = d.workspace_id and service = d.service and layer = d.layer and number = d.current_version
    limit 1
  ) v
  where d.workspace_id = $1::text and d.service in (select name from family)
  union all
  select 'head', h.service, h.environment, h.revision, null, h.hash
  from config_heads h where h.workspace_id = $1::text and h.service in (select name from dependents)
  union all
  select 'schema', d.name, '', v.number, v.content, v.hash
  from dependents d cross join lateral (
    select number, content, hash from schema_versions
    where workspace_id = $1::text and service = d.name
    order by number desc limit 1
  ) v
  union all
  select 'environment', '', e.name, e.position, null, null
  from environments e where e.workspace_id = $1::text
  order by kind, service, number`;

const SAVE = `
  with new_documents as (
    insert into documents (workspace_id, service, layer, current_version)
    select $1::text, d.service, d.layer, d.number
    from jsonb_to_recordset($3::jsonb) as d(service text, layer text, number int)
    on conflict (workspace_id, service, layer) do update set current_version = excluded.current_version
  ), new_versions as (
    insert into document_versions
      (workspace_id, service, layer, number, format, source, content, hash, message, author)
    select $1::text, d.service, d.layer, d.number, d.format, d.source, d.canonical, d.hash, d.message, $2::text
    from jsonb_to_recordset($3::jsonb) as d(service text, layer text, number int, format text, source text,
      canonical text, hash text, message text)
  ), new_heads as (
    insert into config_heads (workspace_id, service, environment, revision, hash)
    select $1::text, r.service, r.environment, r.revision, r.hash
    from jsonb_to_recordset($4::jsonb) as r(service text, environment text, revision int, hash text)
    on conflict (workspace_id, service, environment)
      do update set revision = excluded.revision, hash = excluded.hash
  )
  insert into revisions
    (workspace_id, service, environment, number, content, hash, layers, message, author)
  select $1::text, r.service, r.environment, r.revision, r.canonical, r.hash, r.layers, $5::text, $2::text
  from jsonb_to_recordset($4::jsonb) as r(service text, environment text, revision int, canonical text, hash text,
    layers jsonb)`;

interface LoadRow {
  readonly kind: 'service' | 'include' | 'document' | 'head' | 'schema' | 'environment';
  readonly service: string;
  readonly key: string;
  readonly number: number;
  readonly content: string | null;
  readonly hash: string | null;
}

/** Documents, includes and revisions as one tree: read under lock, decided on by the domain, written back at once. */
export class ConfigTreeStore {
  constructor(private readonly database: Database) {}

  /** The same as `lock`, only to look at. */
  async read(workspaceId: string, service: string): Promise<ConfigTree | undefined> {
    const rows = await this.database.sql.query<LoadRow>(LOAD, [workspaceId, service]);
    return rows.some((row) => row.kind === 'service') ? toTree(rows) : undefined;
  }

  /**
   * Locks the service with all that include it or that it includes, and answers what their effective configs are made
   * of. Undefined when there is no such service.
   */
  async lock(mutation: SqlMutation, service: string): Promise<ConfigTree | undefined> {
    const parameters = [mutation.actor.workspaceId, service];
    for (;;) {
      const locked = new Set(
        (await mutation.sql.query<{ name: string }>(LOCK, parameters)).map((row) => row.name),
      );
      if (!locked.has(service)) return undefined;
      // Who includes whom may have changed while the locks were waited for: what is read now is what counts.
      const rows = await mutation.sql.query<LoadRow>(LOAD, parameters);
      if (rows.every((row) => row.kind !== 'service' || locked.has(row.service))) return toTree(rows);
    }
  }

  async save(
    mutation: SqlMutation,
    documents: readonly NewDocumentVersion[],
    revisions: readonly PlannedRevision[],
    message: string,
  ): Promise<void> {
    const rows = revisions.map(({ content: _content, ...row }) => row);
    await mutation.sql.query(SAVE, [
      mutation.actor.workspaceId,
      mutation.actor.name,
      JSON.stringify(documents),
      JSON.stringify(rows),
      message,
    ]);
    for (const { service, environment } of revisions)
      mutation.announce({ kind: 'revision', workspaceId: mutation.actor.workspaceId, service, environment });
  }
}

interface SourceInProgress {
  readonly includes: string[];
  readonly documents: Map<string, { version: number; content: JsonObject }>;
}

function toTree(rows: readonly LoadRow[]): ConfigTree {
  const affected: AffectedService[] = [];
  const environments: string[] = [];
  const sources = new Map<string, SourceInProgress>();
  const documents = new Map<string, { version: number; hash: string }>();
  const heads = new Map<string, ConfigHead>();
  const schemas = new Map<string, { content: string; hash: string }>();
  const sourceOf = (service: string): SourceInProgress => {
    const known = sources.get(service);
    if (known !== undefined) return known;
    const fresh: SourceInProgress = { includes: [], documents: new Map() };
    sources.set(service, fresh);
    return fresh;
  };
  const services: LoadRow[] = [];
  for (const row of rows) {
    const hash = row.hash ?? '';
    switch (row.kind) {
      case 'service':
        services.push(row);
        sourceOf(row.service);
        break;
      case 'include':
        sourceOf(row.service).includes.push(row.key);
        break;
      case 'document': {
        const content = JSON.parse(row.content ?? '{}') as JsonObject;
        sourceOf(row.service).documents.set(row.key, { version: row.number, content });
        documents.set(`${row.service}/${row.key}`, { version: row.number, hash });
        break;
      }
      case 'head':
        heads.set(`${row.service}/${row.key}`, { revision: row.number, hash });
        break;
      case 'schema':
        schemas.set(row.service, { content: row.content ?? '{}', hash });
        break;
      case 'environment':
        environments.push(row.key);
        break;
    }
  }
  for (const row of services) {
    if (row.hash === null) continue;
    const kind = row.key === 'shared' ? 'shared' : 'service';
    affected.push({ name: row.service, kind, archived: row.number === 1, schema: schemas.get(row.service) });
  }
  return {
    affected,
    environments,
    sources,
    documents,
    headOf: (service, environment) => heads.get(`${service}/${environment}`),
  };
}
