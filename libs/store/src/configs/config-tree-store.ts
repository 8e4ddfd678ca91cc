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
}

/** A revision, and whether agents get it at once. */
export interface NewRevision extends PlannedRevision {
  readonly isReleased: boolean;
}

/** Documents, includes and revisions as one tree: read under lock, decided on by the domain, written back at once. */
export class ConfigTreeStore {
  constructor(private readonly database: Database) {}

  /** The same as `lock`, only to look at. */
  async read(workspaceId: string, service: string): Promise<ConfigTree | undefined> {
    const rows = await this.database.within(workspaceId).sql.query<LoadRow>(LOAD, [workspaceId, service]);
    return rows.some((row) => row.kind === 'service') ? toTree(workspaceId, rows) : undefined;
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
      if (rows.every((row) => row.kind !== 'include')) return toTree(mutation.actor.workspaceId, rows);
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
      if (rows.every((row) => row.kind !== 'service' || locked.has(row.service)))
        return toTree(mutation.actor.workspaceId, rows);
    }
  }

  /**
   * Locks all that will be concerned once the service includes these, in one order: before anything of it is written or
   * locked, or two of such changes wait for each other.
   */
  async lockToInclude(mutation: SqlMutation, service: string, includes: readonly string[]): Promise<void> {
    await mutation.sql.query(LOCK_INCLUDES, [mutation.actor.workspaceId]);
    await mutation.sql.query(LOCK_TO_INCLUDE, [mutation.actor.workspaceId, service, [...includes]]);
  }

  async save(
    mutation: SqlMutation,
    documents: readonly NewDocumentVersion[],
    revisions: readonly NewRevision[],
    message: string,
  ): Promise<void> {
    const { workspaceId, name, identity } = mutation.actor;
    await mutation.sql.query(SAVE, [
      workspaceId,
      name,
      JSON.stringify(documents),
      JSON.stringify(revisions.map(toRow)),
      message,
      identity,
    ]);
    for (const { service, environment, isReleased } of revisions)
      if (isReleased) mutation.announce({ kind: 'revision', workspaceId, service, environment });
  }

  /** Waits for every change of configs in the workspace that is under way, and holds off those to come. */
  async lockAll(mutation: SqlMutation): Promise<void> {
    await mutation.sql.query(LOCK_ALL, [mutation.actor.workspaceId]);
  }
}

function toRow(revision: NewRevision): object {
  const { service, environment, canonical, hash, secrets } = revision;
  const layers = keepDocumentPins(revision.layers);
  return {
    service,
    environment,
    revision: revision.revision,
    canonical,
    hash,
    layers,
    secrets,
    released: revision.isReleased,
  };
}
