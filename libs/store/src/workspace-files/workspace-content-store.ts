import { LOCK } from '../configs/config-tree-statements.js';
import type { Database } from '../database.js';
import type { SqlMutation } from '../mutation.js';
import type { Sql } from '../sql.js';
import { type VisiblePart, visibleParts } from '../visible-part.js';
import {
  ARCHIVED,
  FINGERPRINTS,
  HEADS,
  LIST_CONTENT,
  SCHEMA_HASHES,
  SCHEMAS,
  SOURCES,
} from './workspace-content-statements.js';

/** What a service is, beside its name; null for what nobody said. */
export interface ServiceDescription {
  readonly kind: 'service' | 'shared';
  readonly displayName: string | null;
  readonly description: string | null;
  readonly owner: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly includes: readonly string[];
}

export interface ContentDocument {
  readonly service: string;
  readonly layer: string;
  readonly version: number;
  readonly format: 'json' | 'yaml';
  /** Bytes of its text. */
  readonly bytes: number;
}

/** All that is in a workspace or in a part of it, at one moment; without archived services. */
export interface WorkspaceContent {
  readonly environments: readonly { readonly name: string; readonly protected: boolean }[];
  readonly services: readonly { readonly name: string; readonly description: ServiceDescription }[];
  readonly schemas: readonly { readonly service: string; readonly version: number; readonly bytes: number }[];
  readonly documents: readonly ContentDocument[];
}

export interface ContentBounds {
  /** Of what stands beside the names: descriptions, labels, includes. */
  readonly maxDetailBytes: number;
  readonly maxRows: number;
}

interface Row {
  readonly kind: 'environment' | 'service' | 'schema' | 'document' | null;
  readonly service: string;
  readonly key: string;
  readonly number: number;
  readonly detail: string | null;
  readonly bytes: number;
}

export interface DocumentFingerprint {
  readonly service: string;
  readonly layer: string;
  readonly version: number;
  readonly format: string;
  /** SHA-256 of the text as its author wrote it, in hex. */
  readonly fingerprint: string;
}

/** Who may see what: services and environments as such, and configs. */
export interface ContentScope {
  readonly services: readonly VisiblePart[];
  readonly configs: readonly VisiblePart[];
}

/** A whole workspace, for reading. */
export class WorkspaceContentStore {
  constructor(private readonly database: Database) {}

  /** Undefined when it is over the bounds. */
  async list(
    workspaceId: string,
    scope: ContentScope,
    bounds: ContentBounds,
  ): Promise<WorkspaceContent | undefined> {
    return list(this.database.within(workspaceId).sql, workspaceId, scope, bounds);
  }

  /** The same, as a transaction sees it. */
  async listIn(
    mutation: SqlMutation,
    scope: ContentScope,
    bounds: ContentBounds,
  ): Promise<WorkspaceContent | undefined> {
    return list(mutation.sql, mutation.actor.workspaceId, scope, bounds);
  }

  /** The texts of these versions, in their order; undefined for one that is there no more. */
  async sources(
    workspaceId: string,
    documents: readonly Pick<ContentDocument, 'service' | 'layer' | 'version'>[],
  ): Promise<(string | undefined)[]> {
    return this.texts(workspaceId, SOURCES, [
      documents.map(({ service }) => service),
      documents.map(({ layer }) => layer),
      documents.map(({ version }) => version),
    ]);
  }

  /** These schemas as canonical JSON, in their order. */
  async schemas(
    workspaceId: string,
    schemas: readonly { readonly service: string; readonly version: number }[],
  ): Promise<(string | undefined)[]> {
    return this.texts(workspaceId, SCHEMAS, [
      schemas.map(({ service }) => service),
      schemas.map(({ version }) => version),
    ]);
  }

  /**
   * Locks those of these services that there are, with all that include them or that they include, in the order in which
   * a publish locks them. Answers the names of those that are archived.
   */
  async lockServices({ sql, actor }: SqlMutation, names: readonly string[]): Promise<Set<string>> {
    const parameters = [actor.workspaceId, [...names]];
    await sql.query(LOCK, parameters);
    const archived = await sql.query<{ name: string }>(ARCHIVED, parameters);
    return new Set(archived.map(({ name }) => name));
  }

  /** What those of these documents are that are published. */
  async fingerprints(
    workspaceId: string,
    documents: readonly { readonly service: string; readonly layer: string }[],
  ): Promise<DocumentFingerprint[]> {
    return fingerprints(this.database.within(workspaceId).sql, workspaceId, documents);
  }

  /** The same, as a transaction sees it. */
  async fingerprintsIn(
    { sql, actor }: SqlMutation,
    documents: readonly { readonly service: string; readonly layer: string }[],
  ): Promise<DocumentFingerprint[]> {
    return fingerprints(sql, actor.workspaceId, documents);
  }

  /** The newest effective configs of a service as canonical JSON, those that wait for an approval too. */
  async heads(
    { sql, actor }: SqlMutation,
    service: string,
  ): Promise<{ readonly environment: string; readonly content: string }[]> {
    return sql.query(HEADS, [actor.workspaceId, service]);
  }

  /** The hash of the schema in force, of those of these services that have one. */
  async schemaHashes(mutation: SqlMutation, services: readonly string[]): Promise<Map<string, string>> {
    const rows = await mutation.sql.query<{ service: string; hash: string }>(SCHEMA_HASHES, [
      mutation.actor.workspaceId,
      [...services],
    ]);
    return new Map(rows.map(({ service, hash }) => [service, hash]));
  }

  private async texts(
    workspaceId: string,
    statement: string,
    values: readonly unknown[],
  ): Promise<(string | undefined)[]> {
    const { sql } = this.database.within(workspaceId);
    const rows = await sql.query<{ text: string | null }>(statement, [workspaceId, ...values]);
    return rows.map(({ text }) => text ?? undefined);
  }
}

async function fingerprints(
  sql: Sql,
  workspaceId: string,
  documents: readonly { readonly service: string; readonly layer: string }[],
): Promise<DocumentFingerprint[]> {
  return sql.query<DocumentFingerprint>(FINGERPRINTS, [
    workspaceId,
    documents.map(({ service }) => service),
    documents.map(({ layer }) => layer),
  ]);
}

async function list(
  sql: Sql,
  workspaceId: string,
  { services, configs }: ContentScope,
  { maxDetailBytes, maxRows }: ContentBounds,
): Promise<WorkspaceContent | undefined> {
  const rows = await sql.query<Row & { readonly isWithin: boolean }>(LIST_CONTENT, [
    workspaceId,
    visibleParts(services),
    visibleParts(configs),
    maxDetailBytes,
    maxRows,
  ]);
  return rows.some(({ isWithin }) => !isWithin) ? undefined : toContent(rows);
}

function toContent(rows: readonly Row[]): WorkspaceContent {
  const environments: { name: string; protected: boolean }[] = [];
  const services: { name: string; description: ServiceDescription }[] = [];
  const schemas: { service: string; version: number; bytes: number }[] = [];
  const documents: ContentDocument[] = [];
  for (const { kind, service, key, number, detail, bytes } of rows) {
    switch (kind) {
      case 'environment':
        environments.push({ name: key, protected: detail !== null });
        break;
      case 'service':
        services.push({ name: service, description: JSON.parse(detail ?? '') as ServiceDescription });
        break;
      case 'schema':
        schemas.push({ service, version: number, bytes });
        break;
      case 'document': {
        const format = detail === 'yaml' ? 'yaml' : 'json';
        documents.push({ service, layer: key, version: number, format, bytes });
        break;
      }
      case null:
        break;
    }
  }
  return { environments, services, schemas, documents };
}
