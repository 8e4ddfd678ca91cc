import type { Database } from '../database.js';
import { type Actor, runSqlMutation, type SqlMutation } from '../mutation.js';
import {
  FIND_WORKSPACES,
  PRUNE_DOCUMENT_VERSIONS,
  PRUNE_ENDED_DRAFTS,
  PRUNE_REVISIONS,
  PRUNE_SECRET_VERSIONS,
} from './config-retention-statements.js';

/** What is beyond both goes, unless something still refers to it. */
export interface RetentionRules {
  /** Of every document, secret, and service in an environment: so many of the newest stay, however old. */
  readonly keepNewest: number;
  /** What is younger stays, however many there are. */
  readonly keepDays: number;
}

/** How many rows went. */
export interface PrunedCounts {
  readonly revisions: number;
  readonly documentVersions: number;
  readonly secretVersions: number;
  readonly endedDrafts: number;
}

/** Rows of each kind in one transaction: none holds its locks for long. */
const BATCH_SIZE = 1_000;

/** Of one document. */
const ENDED_DRAFTS_KEPT = 50;

/** Removes history that is older than anybody wanted to keep it. */
export class ConfigRetentionStore {
  constructor(private readonly database: Database) {}

  /**
   * Workspace by workspace, in batches, each with an audit entry of what went; stops between two when aborted. Never
   * removes what is live, waits for an approval, has a tag, or is referred to by what is kept.
   */
  async *prune(rules: RetentionRules, signal: AbortSignal): AsyncGenerator<PrunedCounts, void> {
    const { sql } = this.database.acrossWorkspaces;
    const workspaces = await sql.query<{ id: string }>(FIND_WORKSPACES, [rules.keepDays, ENDED_DRAFTS_KEPT]);
    for (const { id } of workspaces) {
      for (;;) {
        signal.throwIfAborted();
        const counts = await this.pruneBatch(id, rules);
        const rows = Object.values(counts);
        if (rows.every((count) => count === 0)) break;
        yield counts;
        if (rows.every((count) => count < BATCH_SIZE)) break;
      }
    }
  }

  private async pruneBatch(workspaceId: string, rules: RetentionRules): Promise<PrunedCounts> {
    const { answer } = await runSqlMutation(this.database, systemActor(workspaceId), async (mutation) => {
      const counts = await pruneIn(mutation, rules);
      if (Object.values(counts).some((count) => count > 0))
        mutation.audit({
          action: 'config.prune',
          target: `workspace:${workspaceId}`,
          detail: { ...counts, ...rules },
        });
      return counts;
    });
    return answer;
  }
}

/** Revisions first: what only they referred to can go with them. */
async function pruneIn(
  { sql, actor: { workspaceId } }: SqlMutation,
  { keepNewest, keepDays }: RetentionRules,
): Promise<PrunedCounts> {
  const countOf = async (statement: string): Promise<number> =>
    (await sql.query(statement, [workspaceId, keepNewest, keepDays, BATCH_SIZE])).length;
  const revisions = await countOf(PRUNE_REVISIONS);
  const documentVersions = await countOf(PRUNE_DOCUMENT_VERSIONS);
  const secretVersions = await countOf(PRUNE_SECRET_VERSIONS);
  const drafts = await sql.query(PRUNE_ENDED_DRAFTS, [workspaceId, keepDays, ENDED_DRAFTS_KEPT, BATCH_SIZE]);
  return { revisions, documentVersions, secretVersions, endedDrafts: drafts.length };
}

function systemActor(workspaceId: string): Actor {
  return {
    workspaceId,
    name: 'system:retention',
    identity: '',
    via: 'system',
    credential: '',
    address: '',
    requestId: '',
  };
}
