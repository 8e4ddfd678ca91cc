import type { ConfigHead, ConfigSource, JsonObject, PlannedRevision } from '@binnacle/domain';
import type { Database } from '../database.js';
import type { SqlMutation } from '../mutation.js';
import { LOAD, LOAD_ALONE, type LoadRow, LOCK, LOCK_ALONE, SAVE } from './config-tree-statements.js';

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
    const isAlone = (await mutation.sql.query(LOCK_ALONE, parameters)).length > 0;
    if (isAlone) {
      const rows = await mutation.sql.query<LoadRow>(LOAD_ALONE, parameters);
      if (rows.every((row) => row.kind !== 'include')) return toTree(rows);
    }
    return this.lockFamily(mutation, service, parameters);
  }

  private async lockFamily(
    mutation: SqlMutation,
    service: string,
    parameters: readonly unknown[],
  ): Promise<ConfigTree | undefined> {
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
