import type { AuditEntryBody, AuditExportEnd, exportAuditQuerySchema } from '@binnacle/contracts';
import type { Input } from '../http/input.js';
import { everyItem, type Page, type PageOptions } from '../http/page.js';
import { PlaneUnreachable } from '../http/plane-unreachable.js';
import type { CallOptions, Transport } from '../http/transport.js';

/** Which entries are wanted: those that all of these fit. */
export type AuditExportFilter = Input<typeof exportAuditQuerySchema>;
export type AuditPageOptions = AuditExportFilter & PageOptions;

/** `/audit` */
export class AuditClient {
  constructor(private readonly transport: Transport) {}

  /** One page of entries, newest first. */
  list(query: AuditPageOptions = {}, options?: CallOptions): Promise<Page<AuditEntryBody>> {
    return this.transport.read({ method: 'GET', path: 'audit', query: { ...query } }, options);
  }

  /** Every entry, newest first. */
  all(query: AuditPageOptions = {}, options?: CallOptions): AsyncGenerator<AuditEntryBody, void> {
    return everyItem((cursor) => this.list({ ...query, ...cursor }, options));
  }

  /**
   * Every entry up to now, oldest first, in one request; at last it answers the end of the chain, to be kept. The time
   * limit holds for each wait.
   *
   * @throws PlaneUnreachable also when the export broke off: what came so far is not all
   * @example for await (const entry of client.audit.export({ action: 'token.' })) archive.write(entry);
   */
  async *export(
    filter: AuditExportFilter = {},
    options?: CallOptions,
  ): AsyncGenerator<AuditEntryBody, AuditExportEnd> {
    const request = { method: 'GET', path: 'audit/export', query: { ...filter } } as const;
    let entries = 0;
    for await (const line of this.transport.lines(request, options)) {
      const value = parsed(line);
      if (isEnd(value)) {
        if (value.entries === entries) return value;
        throw new PlaneUnreachable(`The export has ${entries} entries instead of ${value.entries}.`);
      }
      entries += 1;
      yield value as AuditEntryBody;
    }
    throw new PlaneUnreachable(`The export broke off after ${entries} entries.`);
  }
}

/** Only the last line has this; looked at by hand, so that no page loads zod for it. */
function isEnd(value: unknown): value is AuditExportEnd {
  if (typeof value !== 'object' || value === null) return false;
  const { complete, entries, head } = value as Partial<Record<keyof AuditExportEnd, unknown>>;
  return complete === true && Number.isInteger(entries) && typeof head === 'object' && head !== null;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new PlaneUnreachable('The export broke off within a line, or does not come from the API.', {
      cause: error,
    });
  }
}
