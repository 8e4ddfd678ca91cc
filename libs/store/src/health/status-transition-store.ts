import type { Database } from '../database.js';
import type { Pair } from '../pair.js';
import { decodeNumberCursor, type Page, type PageRequest, toPage } from '../paging.js';

/** A change of status of an instance, or of the service as a whole when `instance` is null. */
export interface StatusTransition {
  readonly instance: string | null;
  readonly from: string;
  readonly to: string;
  readonly reason: string;
  readonly at: Date;
}

export interface NewStatusTransition extends StatusTransition {
  readonly pair: Pair;
}

/** The column is not nullable, so that it can be part of an index; no instance has an empty id. */
const WHOLE_SERVICE = '';

/** One text however many there are: Prisma would make, and keep, a statement for each length of the list. */
const INSERT = `
  insert into status_transitions (workspace_id, service, environment, instance, "from", "to", reason, at)
  select workspace_id, service, environment, instance, "from", "to", reason, at
  from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::timestamptz[])
    with ordinality as t(workspace_id, service, environment, instance, "from", "to", reason, at, position)
  order by position`;

/** How the status of instances and services changed over time. */
export class StatusTransitionStore {
  constructor(private readonly database: Database) {}

  /** Writes all of them, each of a pair of that workspace, in one statement. */
  async record(workspaceId: string, transitions: readonly NewStatusTransition[]): Promise<void> {
    if (transitions.length === 0) return;
    await this.database
      .within(workspaceId)
      .sql.query(
        INSERT,
        [
          transitions.map(({ pair }) => pair.workspaceId),
          transitions.map(({ pair }) => pair.service),
          transitions.map(({ pair }) => pair.environment),
          transitions.map(({ instance }) => instance ?? WHOLE_SERVICE),
          transitions.map(({ from }) => from),
          transitions.map(({ to }) => to),
          transitions.map(({ reason }) => reason),
          transitions.map(({ at }) => at.toISOString()),
        ],
        'insert-status-transitions',
      );
  }

  /** Newest first. */
  async list(pair: Pair, page: PageRequest): Promise<Page<StatusTransition>> {
    const before = decodeNumberCursor(page.cursor, Number.MAX_SAFE_INTEGER);
    const rows = await this.database.within(pair.workspaceId).prisma.statusTransition.findMany({
      where: { ...onlyNames(pair), ...(before === undefined ? {} : { id: { lt: before } }) },
      orderBy: { id: 'desc' },
      take: page.limit + 1,
    });
    return toPage(rows, page.limit, (row) => row.id, toTransition);
  }

  /** The newest one of the service as a whole. */
  async latestOfService(pair: Pair): Promise<StatusTransition | undefined> {
    const row = await this.database.within(pair.workspaceId).prisma.statusTransition.findFirst({
      where: { ...onlyNames(pair), instance: WHOLE_SERVICE },
      orderBy: { id: 'desc' },
    });
    return row === null ? undefined : toTransition(row);
  }
}

function onlyNames({ workspaceId, service, environment }: Pair): Pair {
  return { workspaceId, service, environment };
}

function toTransition(row: StatusTransition & { instance: string }): StatusTransition {
  const { instance, from, to, reason, at } = row;
  return { instance: instance === WHOLE_SERVICE ? null : instance, from, to, reason, at };
}
