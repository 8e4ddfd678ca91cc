import type { ApprovalState } from '@binnacle/domain';
import type { Database } from '../database.js';
import type { Prisma } from '../generated/client.js';
import type { SqlMutation } from '../mutation.js';
import { decodeCursor, type Page, type PageRequest, toPage } from '../paging.js';
import { timeOrderedId } from '../time-ordered-id.js';
import { DECIDE, INSERT, LOCK, READ, SUPERSEDE } from './approval-statements.js';

export interface ApprovalRecord {
  readonly id: string;
  readonly service: string;
  readonly environment: string;
  readonly revision: number;
  readonly state: ApprovalState;
  readonly message: string;
  readonly author: string;
  readonly createdAt: Date;
  readonly decidedBy: string | null;
  readonly decidedAt: Date | null;
  readonly comment: string | null;
}

export interface ApprovalAuthor {
  readonly name: string;
  readonly identity: string;
}

export interface ApprovalWithAuthors extends ApprovalRecord {
  /** Who wrote something that would be released with it and that nobody else has looked at. */
  readonly authors: readonly ApprovalAuthor[];
}

/** An approval that nobody else decides, supersedes or overtakes until the transaction ends. */
export interface LockedApproval extends ApprovalWithAuthors {
  readonly isServiceArchived: boolean;
}

export interface NewApproval {
  readonly service: string;
  readonly environment: string;
  readonly revision: number;
  readonly message: string;
  /** The reason, of an emergency. */
  readonly emergencyReason?: string | undefined;
}

/** Part of a workspace; empty lists stand for all. */
export interface ApprovalScope {
  readonly services: readonly string[];
  readonly environments: readonly string[];
}

export interface ApprovalFilter {
  readonly state?: ApprovalState | undefined;
  readonly service?: string | undefined;
  readonly environment?: string | undefined;
  /** Only what lies in one of these. */
  readonly scopes: readonly ApprovalScope[];
}

type SupersededApproval = Pick<ApprovalRecord, 'id' | 'service' | 'environment' | 'revision'>;

interface Row extends Omit<ApprovalRecord, 'createdAt' | 'decidedBy' | 'decidedAt'> {
  readonly created_at: Date;
  readonly decided_by: string | null;
  readonly decided_at: Date | null;
  readonly authors: readonly ApprovalAuthor[];
}

const SHOWN = {
  id: true,
  service: true,
  environment: true,
  revision: true,
  state: true,
  message: true,
  author: true,
  createdAt: true,
  decidedBy: true,
  decidedAt: true,
  comment: true,
} as const;

/** Revisions that wait for a second person, and what became of them. */
export class ApprovalStore {
  constructor(private readonly database: Database) {}

  /** Answers the ids, in the same order. The revisions are there, and nothing else waits for the same pairs. */
  async insert(mutation: SqlMutation, approvals: readonly NewApproval[]): Promise<string[]> {
    const { workspaceId, name, identity } = mutation.actor;
    const rows = approvals.map(({ emergencyReason, ...approval }) => ({
      id: timeOrderedId(),
      ...approval,
      state: emergencyReason === undefined ? 'pending' : 'emergency',
      comment: emergencyReason,
    }));
    await mutation.sql.query(INSERT, [workspaceId, JSON.stringify(rows), name, identity]);
    announce(mutation, rows);
    return rows.map(({ id }) => id);
  }

  /** What waits for these services and environments falls. */
  async supersede(
    mutation: SqlMutation,
    pairs: readonly { readonly service: string; readonly environment: string }[],
  ): Promise<SupersededApproval[]> {
    const rows = pairs.map(({ service, environment }) => ({ service, environment }));
    const superseded = await mutation.sql.query<SupersededApproval>(SUPERSEDE, [
      mutation.actor.workspaceId,
      JSON.stringify(rows),
    ]);
    announce(mutation, superseded);
    return superseded;
  }

  /** Newest first: ids sort by time. */
  async list(workspaceId: string, filter: ApprovalFilter, page: PageRequest): Promise<Page<ApprovalRecord>> {
    const before = decodeCursor(page.cursor);
    const { state, service, environment, scopes } = filter;
    // Prisma takes an empty OR for no condition at all.
    if (scopes.length === 0) return { items: [], nextCursor: null };
    const isEverything = scopes.some((scope) => isWhole(scope));
    const rows = await this.database.within(workspaceId).prisma.approval.findMany({
      where: {
        workspaceId,
        ...(before === undefined ? {} : { id: { lt: before } }),
        ...(state === undefined ? {} : { state }),
        ...(service === undefined ? {} : { service }),
        ...(environment === undefined ? {} : { environment }),
        ...(isEverything ? {} : { OR: scopes.map(toWhere) }),
      },
      select: SHOWN,
      orderBy: { id: 'desc' },
      take: page.limit + 1,
    });
    return toPage(
      rows,
      page.limit,
      (row) => row.id,
      (row) => ({ ...row, state: row.state as ApprovalState }),
    );
  }

  async find(workspaceId: string, id: string): Promise<ApprovalWithAuthors | undefined> {
    const [row] = await this.database.within(workspaceId).sql.query<Row>(READ, [workspaceId, id]);
    return row === undefined ? undefined : toRecord(row);
  }

  /** Waits for publishes and decisions that concern the same service. Undefined when there is no such approval. */
  async lock(mutation: SqlMutation, id: string): Promise<LockedApproval | undefined> {
    const parameters = [mutation.actor.workspaceId, id];
    const [locked] = await mutation.sql.query<{ archived: boolean }>(LOCK, parameters);
    if (locked === undefined) return undefined;
    // A statement of its own: the lock may have been waited for, and this sees what was done meanwhile.
    const [row] = await mutation.sql.query<Row>(READ, parameters);
    return row === undefined ? undefined : { ...toRecord(row), isServiceArchived: locked.archived };
  }

  /**
   * Writes down the decision on a locked approval that is pending, and releases its revision unless it was rejected.
   * It was read under the lock, so nobody else can have decided meanwhile.
   */
  async decide(
    mutation: SqlMutation,
    approval: LockedApproval,
    state: 'approved' | 'rejected' | 'emergency',
    comment: string | null,
  ): Promise<ApprovalRecord> {
    const { workspaceId, name, identity } = mutation.actor;
    const isReleased = state !== 'rejected';
    const [decided] = await mutation.sql.query<{ decided_at: Date; released: number }>(DECIDE, [
      workspaceId,
      approval.id,
      state,
      name,
      identity,
      comment,
      isReleased,
    ]);
    if (decided === undefined || (isReleased && decided.released !== 1))
      throw new Error(`The approval ${approval.id} was decided under its lock`);
    const { service, environment } = approval;
    announce(mutation, [approval]);
    if (isReleased) mutation.announce({ kind: 'revision', workspaceId, service, environment });
    const { authors: _authors, isServiceArchived: _isServiceArchived, ...record } = approval;
    return { ...record, state, decidedBy: name, decidedAt: decided.decided_at, comment };
  }
}

function announce(
  mutation: SqlMutation,
  approvals: readonly { readonly service: string; readonly environment: string }[],
): void {
  const { workspaceId } = mutation.actor;
  for (const { service, environment } of approvals)
    mutation.announce({ kind: 'approval', workspaceId, service, environment });
}

function isWhole({ services, environments }: ApprovalScope): boolean {
  return services.length === 0 && environments.length === 0;
}

function toWhere({ services, environments }: ApprovalScope): Prisma.ApprovalWhereInput {
  return {
    ...(services.length === 0 ? {} : { service: { in: [...services] } }),
    ...(environments.length === 0 ? {} : { environment: { in: [...environments] } }),
  };
}

function toRecord({ created_at, decided_by, decided_at, ...row }: Row): ApprovalWithAuthors {
  return { ...row, createdAt: created_at, decidedBy: decided_by, decidedAt: decided_at };
}
