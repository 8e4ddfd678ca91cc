import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { MAX_EXPORTED_FILES, Problem } from '@binnacle/contracts';
import { WorkspaceContentStore } from '@binnacle/store';
import type { Principal } from '../access/principal.js';
import { AuditExports } from '../audit/audit-exports.js';
import { Drain } from '../lifecycle/drain.js';
import { exportLines } from './export-lines.js';
import { contentScopeOf } from './content-scope.js';

/** Of descriptions, labels and includes of all services: all of it is in memory while the export is under way. */
const MAX_DETAIL_BYTES = 16_777_216;

/** Workspaces as files, for those who may read them. */
@Injectable()
export class ExportService {
  private readonly exports: AuditExports;

  constructor(
    private readonly contents: WorkspaceContentStore,
    drain: Drain,
  ) {
    this.exports = new AuditExports(drain.signal);
  }

  /**
   * Everything as it is at this moment, as lines of JSON. What there is is read at once; the texts of documents, which
   * never change once they are published, as they are sent. It ends early, and then without its last line, when it is
   * destroyed.
   *
   * @throws Problem rate_limited while too many are under way in this process; too_many when it is too large
   */
  start(principal: Principal): Promise<Readable> {
    const { workspaceId } = principal;
    return this.exports.start(workspaceId, async (onAsked) => {
      const bounds = { maxDetailBytes: MAX_DETAIL_BYTES, maxRows: MAX_EXPORTED_FILES };
      const content = await this.contents.list(workspaceId, contentScopeOf(principal), bounds);
      if (content === undefined)
        throw new Problem('too_many', `An export holds at most ${MAX_EXPORTED_FILES} files.`);
      return exportLines(workspaceId, this.contents, content, onAsked);
    });
  }
}
