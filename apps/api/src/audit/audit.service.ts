import type { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import {
  type AuditEntryBody,
  type ExportAuditQuery,
  grantsInclude,
  type ListAuditQuery,
} from '@binnacle/contracts';
import { type AuditFilter, type AuditScope, AuditStore, type Page } from '@binnacle/store';
import type { Principal } from '../access/principal.js';
import { Drain } from '../lifecycle/drain.js';
import { auditExportLines } from './audit-export.js';
import { AuditExports } from './audit-exports.js';
import { toAuditView } from './audit.view.js';

/** What was done, for those who may read it. */
@Injectable()
export class AuditService {
  private readonly exports: AuditExports;

  constructor(
    @Inject(AuditStore) private readonly entries: AuditStore,
    drain: Drain,
  ) {
    this.exports = new AuditExports(drain.signal);
  }

  async list(principal: Principal, query: ListAuditQuery): Promise<Page<AuditEntryBody>> {
    const scopes = scopesOf(principal);
    const page = await this.entries.list(principal.workspaceId, toFilter(query), scopes, query);
    return { items: page.items.map(toAuditView), nextCursor: page.nextCursor };
  }

  /**
   * Everything up to now, oldest first, as a stream that is made no faster than it is read. It ends early, and then
   * without its last line, when it is destroyed.
   *
   * @throws Problem rate_limited while too many are under way in this process, of this workspace or of all
   */
  export(principal: Principal, query: ExportAuditQuery): Promise<Readable> {
    const { workspaceId } = principal;
    return this.exports.start(workspaceId, async (onAsked) => {
      const head = await this.entries.head(workspaceId);
      const batches = this.entries.batches(workspaceId, toFilter(query), scopesOf(principal), head.number);
      return auditExportLines(batches, head, onAsked);
    });
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
