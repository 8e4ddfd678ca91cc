import type { PlannedRevision } from '@binnacle/domain';
import type { Database } from '../database.js';
import type { SqlMutation } from '../mutation.js';
import { type ConfigTree, toTree } from './config-tree.js';
import {
  LOAD,
  LOAD_ALONE,
  type LoadRow,
  LOCK,
  LOCK_ALL,
  LOCK_ALONE,
  LOCK_INCLUDES,
  LOCK_TO_INCLUDE,
  SAVE,
} from './config-tree-statements.js';
import { keepDocumentPins } from './document-pins.js';

export interface NewDocumentVersion {
  readonly service: string;
  readonly layer: string;
  readonly number: number;
  readonly format: string;
  readonly source: string;
  readonly canonical: string;
  readonly hash: string;
  readonly message: string;
  /** Who wrote it beside the author. */
  readonly contributors?: readonly Contributor[];
  /** Keys against the version before; missing where they were not counted. */
  readonly change?:
    { readonly added: number; readonly changed: number; readonly removed: number } | undefined;
  readonly changeSet?: string | undefined;
}

/** Who took part in writing a version. */
export interface Contributor {
  readonly name: string;
  readonly identity: string;
}

/** A revision, and whether agents get it at once. */
export interface NewRevision extends PlannedRevision {
  readonly isReleased: boolean;
}

/** Documents, includes and revisions as one tree: read under lock, decided on by the domain, written back at once. */
export class ConfigTreeStore {
  constructor(private readonly database: Database) {}

  /** The same as `lock`, only to look at. */
  async read(
    workspaceId: string,
    service: string,
    maxBytes = Number.MAX_SAFE_INTEGER,
  ): Promise<ConfigTree | undefined> {
    const tree = await this.readSeveral(workspaceId, [service], maxBytes);
    return tree.sources.has(service) ? tree : undefined;
  }

  /** The same as `lockSeveral`, only to look at. */
  async readSeveral(
    workspaceId: string,
    services: readonly string[],
    maxBytes = Number.MAX_SAFE_INTEGER,
  ): Promise<ConfigTree> {
    const { sql } = this.database.within(workspaceId);
    const parameters = [workspaceId, [...services], String(maxBytes)];
    return toTree(workspaceId, await sql.query<LoadRow>(LOAD, parameters));
  }

  /**
   * Locks the service with all that include it or that it includes, and answers what their effective configs are made
   * of. Undefined when there is no such service.
   */
  async lock(
    mutation: SqlMutation,
    service: string,
    maxBytes = Number.MAX_SAFE_INTEGER,
  ): Promise<ConfigTree | undefined> {
    const tree = await this.lockSeveral(mutation, [service], maxBytes);
    return tree.sources.has(service) ? tree : undefined;
  }

  /**
   * The same for several services at once, all locked in one order. What there is not is not in the tree.
   *
   * @param maxBytes of the documents, and of the schemas: when they are more, the tree comes without their texts
   */
  async lockSeveral(
    mutation: SqlMutation,
    services: readonly string[],
    maxBytes = Number.MAX_SAFE_INTEGER,
  ): Promise<ConfigTree> {
    const { workspaceId } = mutation.actor;
    const limit = String(maxBytes);
    const [service] = services;
    if (services.length === 1 && service !== undefined) {
      const parameters = [workspaceId, service];
      const isAlone = (await mutation.sql.query(LOCK_ALONE, parameters)).length > 0;
      if (isAlone) {
        const rows = await mutation.sql.query<LoadRow>(LOAD_ALONE, [...parameters, limit]);
        if (rows.every((row) => row.kind !== 'include')) return toTree(workspaceId, rows);
      }
    }
    const parameters = [workspaceId, [...services]];
    for (;;) {
      const locked = new Set(
        (await mutation.sql.query<{ name: string }>(LOCK, parameters)).map((row) => row.name),
      );
      // Who includes whom may have changed while the locks were waited for: what is read now is what counts.
      const rows = await mutation.sql.query<LoadRow>(LOAD, [...parameters, limit]);
      if (rows.every((row) => row.kind !== 'service' || locked.has(row.service)))
        return toTree(workspaceId, rows);
    }
  }

  /** Nobody else changes who includes whom until the transaction ends. */
  async lockIncludes(mutation: SqlMutation): Promise<void> {
    await mutation.sql.query(LOCK_INCLUDES, [mutation.actor.workspaceId]);
  }

  /**
   * Locks all that will be concerned once the service includes these, in one order: before anything of it is written or
   * locked, or two of such changes wait for each other.
   */
  async lockToInclude(mutation: SqlMutation, service: string, includes: readonly string[]): Promise<void> {
    await this.lockIncludes(mutation);
    await mutation.sql.query(LOCK_TO_INCLUDE, [mutation.actor.workspaceId, [service], [...includes]]);
  }

  async save(
    mutation: SqlMutation,
    documents: readonly NewDocumentVersion[],
    revisions: readonly NewRevision[],
    message: string,
  ): Promise<void> {
    const { workspaceId, name, identity } = mutation.actor;
    const parts = inParts(revisions);
    const documentParts = documentsInParts(documents);
    // Mostly there is one part of each, and one statement.
    for (let index = 0; index < Math.max(parts.length, documentParts.length, 1); index++) {
      const part = parts[index] ?? NO_REVISIONS;
      const contents = JSON.stringify(part.contents);
      const rows = JSON.stringify(part.rows);
      const written = JSON.stringify(documentParts[index] ?? []);
      await mutation.sql.query(SAVE, [workspaceId, name, written, rows, message, identity, contents]);
    }
    for (const { service, layer } of documents)
      mutation.announce({ kind: 'document', workspaceId, service, layer });
    for (const { service, environment, isReleased } of revisions)
      if (isReleased) mutation.announce({ kind: 'revision', workspaceId, service, environment });
  }

  /** Waits for every change of configs in the workspace that is under way, and holds off those to come. */
  async lockAll(mutation: SqlMutation): Promise<void> {
    await mutation.sql.query(LOCK_ALL, [mutation.actor.workspaceId]);
  }
}

/** Revisions for one statement. */
interface Part {
  readonly rows: readonly object[];
  /** Each once; the rows name them by index. */
  readonly contents: readonly string[];
}

const NO_REVISIONS: Part = { rows: [], contents: [] };
/** Of the contents in one statement, in UTF-16 units: what is written at once holds up everybody else of the process. */
const MAX_CHARACTERS = 2_097_152;

function documentsInParts(documents: readonly NewDocumentVersion[]): NewDocumentVersion[][] {
  const parts: NewDocumentVersion[][] = [];
  let characters = Number.POSITIVE_INFINITY;
  for (const document of documents) {
    const own = document.source.length + document.canonical.length;
    characters += own;
    if (characters > MAX_CHARACTERS) {
      parts.push([]);
      characters = own;
    }
    parts.at(-1)?.push(document);
  }
  return parts;
}

function inParts(revisions: readonly NewRevision[]): Part[] {
  const parts: Part[] = [];
  let [rows, contents, characters]: [object[], Map<string, number>, number] = [[], new Map(), 0];
  const finish = () => {
    if (rows.length > 0) parts.push({ rows, contents: [...contents.keys()] });
    [rows, contents, characters] = [[], new Map(), 0];
  };
  for (const revision of revisions) {
    const { canonical } = revision;
    if (!contents.has(canonical)) {
      if (characters + canonical.length > MAX_CHARACTERS) finish();
      contents.set(canonical, contents.size);
      characters += canonical.length;
    }
    rows.push(toRow(revision, contents.get(canonical) ?? 0));
  }
  finish();
  return parts;
}

function toRow(revision: NewRevision, content: number): object {
  const { service, environment, hash, secrets, isReleased: released } = revision;
  const layers = keepDocumentPins(revision.layers);
  return { service, environment, revision: revision.revision, content, hash, layers, secrets, released };
}
