import type { AuditRecord, Mutation } from '@binnacle/store';

/** In one transaction: what an entry costs grows with those before it. */
const MAX_ENTRIES = 200;

/** What was done to a service, within the entry of the import. */
interface BundledRecord {
  readonly action: string;
  readonly target: string;
  readonly environment?: string | undefined;
  readonly version?: unknown;
  readonly hash?: unknown;
}

/**
 * The audit of a change that may do thousands of things. A few of them stand there each by itself, as if it had been done
 * alone; of more, those of one service stand in one entry, which that service's people can see.
 */
export class BundledAudit {
  private readonly records: AuditRecord[] = [];

  constructor(
    private readonly mutation: Mutation,
    private readonly changeSet: string,
  ) {}

  /** The mutation, for whoever does the single things. */
  get bundling(): Mutation {
    return { ...this.mutation, audit: (record) => void this.records.push(record) };
  }

  finish(): void {
    const ofServices = this.records.filter(({ service }) => service !== undefined);
    if (this.records.length <= MAX_ENTRIES)
      return this.records.forEach((record) => this.mutation.audit(record));
    for (const record of this.records) if (record.service === undefined) this.mutation.audit(record);
    const services = [...Map.groupBy(ofServices, ({ service = '' }) => service)];
    for (const [service, records] of services.slice(0, MAX_ENTRIES))
      this.mutation.audit({
        action: 'workspace.import',
        target: `service:${service}`,
        service,
        detail: { changeSet: this.changeSet, entries: records.map(toBundled) },
      });
    const others = services.slice(MAX_ENTRIES).map(([service]) => service);
    if (others.length > 0)
      this.mutation.audit({
        action: 'workspace.import',
        target: `change-set:${this.changeSet}`,
        detail: { changeSet: this.changeSet, otherServices: others },
      });
  }
}

/** The version that it names can be looked at, and compared with the one before. */
function toBundled({ action, target, environment, detail = {} }: AuditRecord): BundledRecord {
  const { version, hash } = detail;
  return { action, target, environment, version, hash };
}
