import type { AuditExportEnd } from '@binnacle/contracts';
import type { AuditHead } from '@binnacle/domain';
import type { AuditEntryRecord } from '@binnacle/store';
import { toAuditView } from './audit.view.js';

/**
 * Entries as newline-delimited JSON, a batch of lines at a time, and a last line which says that nothing is missing.
 * `onAsked` is called whenever the reader wants more.
 */
export async function* auditExportLines(
  batches: AsyncIterable<readonly AuditEntryRecord[]>,
  head: AuditHead,
  onAsked: () => void,
): AsyncGenerator<string, void> {
  let entries = 0;
  for await (const batch of batches) {
    onAsked();
    entries += batch.length;
    yield batch.map((entry) => `${JSON.stringify(toAuditView(entry))}\n`).join('');
  }
  const end: AuditExportEnd = { complete: true, entries, head };
  yield `${JSON.stringify(end)}\n`;
}
