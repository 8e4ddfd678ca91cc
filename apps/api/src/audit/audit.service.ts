import { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import {
  type AuditEntryBody,
  type ExportAuditQuery,
  grantsInclude,
  type ListAuditQuery,
  Problem,
} from '@binnacle/contracts';
import { type AuditFilter, type AuditScope, AuditStore, type Page } from '@binnacle/store';
import type { Principal } from '../access/principal.js';
import { Drain } from '../lifecycle/drain.js';
import { auditExportLines } from './audit-export.js';
import { toAuditView } from './audit.view.js';

/** Each holds a batch of entries in memory, and a connection of the pool while it reads the next. */
const MAX_EXPORTS = 4;
/** A reader who takes nothing for so long is given up. */
const STALL_MS = 60_000;

/** What was done, for those who may read it. */
@Injectable()
export class AuditService {
  private exports = 0;

  constructor(
    @Inject(AuditStore) private readonly entries: AuditStore,
    private readonly drain: Drain,
  ) {}

  async list(principal: Principal, query: ListAuditQuery): Promise<Page<AuditEntryBody>> {
    const scopes = scopesOf(principal);
    const page = await this.entries.list(principal.workspaceId, toFilter(query), scopes, query);
    return { items: page.items.map(toAuditView), nextCursor: page.nextCursor };
  }

  /**
   * Everything up to now, oldest first, as a stream that is made no faster than it is read. It ends early, and then
   * without its last line, when it is destroyed.
   *
   * @throws Problem rate_limited while too many are under way in this process
   */
  async export(principal: Principal, query: ExportAuditQuery): Promise<Readable> {
    if (this.exports >= MAX_EXPORTS)
      throw new Problem(
        'rate_limited',
        `One process writes ${MAX_EXPORTS} exports at a time. Try again soon.`,
      );
    this.exports += 1;
    try {
      const { workspaceId } = principal;
      const head = await this.entries.head(workspaceId);
      const batches = this.entries.batches(workspaceId, toFilter(query), scopesOf(principal), head.number);
      const stall = setTimeout(() => stream.destroy(), STALL_MS);
      const lines = auditExportLines(batches, head, () => stall.refresh());
      const stream = Readable.from(lines, { highWaterMark: 1 });
      this.endWithProcess(stream);
      stream.once('close', () => {
        clearTimeout(stall);
        this.exports -= 1;
      });
      return stream;
    } catch (error) {
      this.exports -= 1;
      throw error;
    }
  }

  /** A long export must not hold up the end of this process. */
  private endWithProcess(stream: Readable): void {
    const { signal } = this.drain;
    const giveUp = (): void => void stream.destroy();
    signal.addEventListener('abort', giveUp, { once: true });
    stream.once('close', () => signal.removeEventListener('abort', giveUp));
    if (signal.aborted) giveUp();
  }
}

/** The parts of the workspace whose entries somebody may read: who may read some does not see what concerns all. */
function scopesOf({ grants }: Principal): AuditScope[] {
  return grants.filter((grant) => grantsInclude([grant], 'audit:read'));
}

function toFilter({ from, to, ...equals }: ExportAuditQuery): AuditFilter {
  return {
    ...equals,
    from: from === undefined ? undefined : new Date(from),
    to: to === undefined ? undefined : new Date(to),
  };
}
