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

/** How the status of instances and services changed over time. */
export class StatusTransitionStore {
  constructor(private readonly database: Database) {}

  /** Writes all of them in one statement. */
  async record(transitions: readonly NewStatusTransition[]): Promise<void> {
    if (transitions.length === 0) return;
    await this.database.prisma.statusTransition.createMany({
      data: transitions.map(({ pair, instance, from, to, reason, at }) => ({
        ...onlyNames(pair),
        instance: instance ?? WHOLE_SERVICE,
        from,
        to,
        reason,
        at,
      })),
    });
  }

  /** Newest first. */
  async list(pair: Pair, page: PageRequest): Promise<Page<StatusTransition>> {
    const before = decodeNumberCursor(page.cursor);
    const rows = await this.database.prisma.statusTransition.findMany({
      where: { ...onlyNames(pair), ...(before === undefined ? {} : { id: { lt: before } }) },
      orderBy: { id: 'desc' },
      take: page.limit + 1,
    });
    return toPage(rows, page.limit, (row) => row.id, toTransition);
  }

  /** The newest one of the service as a whole. */
  async latestOfService(pair: Pair): Promise<StatusTransition | undefined> {
    const row = await this.database.prisma.statusTransition.findFirst({
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
