import type { Check, Lifecycle, Status } from '@binnacle/domain';

export interface InstanceIdentity {
  readonly id: string;
  readonly host: string;
  readonly version: string;
  readonly zone?: string | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly sdk: string;
}

/** The revision that an instance says it runs. */
export interface RunningRevision {
  readonly epoch: string;
  readonly revision: number;
  readonly hash: string;
}

export interface RejectedRevision {
  readonly revision: number;
  readonly reason: string;
}

/** What one instance said in one heartbeat, with its checks already folded into `status`. */
export interface InstanceReport {
  readonly instance: InstanceIdentity;
  readonly lifecycle: Lifecycle;
  readonly status: Status;
  /** Rises by one with each report of a process. */
  readonly seq: number;
  readonly checks: readonly Check[];
  readonly have: RunningRevision | null;
  /** Undefined leaves what was said before; null takes it back. */
  readonly rejected?: RejectedRevision | null | undefined;
}

/** One report for each instance. What a newer one leaves unsaid about a rejected revision, the older one says. */
export function latestReports(reports: Iterable<InstanceReport>): InstanceReport[] {
  const latest = new Map<string, InstanceReport>();
  for (const report of reports) keepLatest(latest, report);
  return [...latest.values()];
}

/** Puts `report` in place of the one that is kept of its instance, unless that is newer. */
export function keepLatest(latest: Map<string, InstanceReport>, report: InstanceReport): void {
  const { id } = report.instance;
  const kept = latest.get(id);
  if (kept !== undefined && kept.seq > report.seq) return;
  latest.set(id, report.rejected === undefined ? { ...report, rejected: kept?.rejected } : report);
}

/** An instance as it is listed. */
export interface InstanceRecord extends InstanceIdentity {
  readonly lifecycle: Lifecycle | 'lost';
  readonly status: Status;
  /** By the clock of Redis. */
  readonly lastSeenAt: Date;
  readonly have: RunningRevision | null;
  readonly rejected: RejectedRevision | null;
  readonly checks: readonly Check[];
}
