import { hash } from 'node:crypto';
import { countedAs, type InstanceCounts, type InstanceState } from '@binnacle/domain';
import type { InstanceRecord, InstanceReport, RejectedRevision } from './instance-report.js';

type Detail = Omit<InstanceReport, 'seq' | 'rejected'>;

/** The arguments of one report, as the script numbers them. */
export function encodeReport(report: InstanceReport): (string | number)[] {
  const { instance, lifecycle, status, seq, checks, have, rejected } = report;
  const detail: Detail = { instance, lifecycle, status, checks, have };
  return [
    instance.id,
    seq,
    fingerprint(detail),
    countedAs(lifecycle, status) ?? '',
    have === null ? '' : have.revision,
    JSON.stringify(detail),
    rejected === undefined ? '' : rejected === null ? '-' : JSON.stringify(rejected),
  ];
}

/** Equal for reports that differ only in what is different every time: when a check ran and how long it took. */
function fingerprint(detail: Detail): string {
  const checks = detail.checks.map(({ name, status, critical, message, details }) => [
    name,
    status,
    critical,
    message,
    details,
  ]);
  const { instance, lifecycle, status, have } = detail;
  return hash('sha1', JSON.stringify([instance, lifecycle, status, have, checks]), 'base64url');
}

export function decodeInstance(
  state: string,
  detailText: string,
  rejectedText: string | null,
): InstanceRecord {
  const [, seenMs, , , , group] = state.split('\t');
  const detail = JSON.parse(detailText) as Detail;
  const lifecycle = group === 'g' ? 'lost' : group === 's' ? 'stopped' : detail.lifecycle;
  const isHeard = group === 'l';
  return {
    ...detail.instance,
    lifecycle,
    status: isHeard ? detail.status : 'unknown',
    lastSeenAt: new Date(Number(seenMs)),
    have: detail.have,
    rejected: rejectedText === null ? null : (JSON.parse(rejectedText) as RejectedRevision),
    checks: detail.checks,
  };
}

export interface Summary {
  readonly counts: InstanceCounts;
  /** How many instances, those that are lost aside, run each revision. */
  readonly revisions: Readonly<Record<string, number>>;
  readonly countsVersion: number;
  /** What was kept last for the service as a whole. */
  readonly status: string | undefined;
  readonly statusVersion: number;
  readonly since: Date | null;
}

export function decodeSummary(fields: Readonly<Record<string, string>>): Summary {
  const counts: InstanceCounts = {
    total: 0,
    healthy: 0,
    degraded: 0,
    unhealthy: 0,
    unknown: 0,
    lost: 0,
    draining: 0,
  };
  const revisions: Record<string, number> = {};
  for (const [field, value] of Object.entries(fields)) {
    if (field.startsWith('n:')) {
      counts[field.slice(2) as InstanceState] = Number(value);
      counts.total += Number(value);
    } else if (field.startsWith('r:')) {
      revisions[field.slice(2)] = Number(value);
    }
  }
  return {
    counts,
    revisions,
    countsVersion: Number(fields['version'] ?? 0),
    status: fields['status'],
    statusVersion: Number(fields['statusVersion'] ?? 0),
    since: fields['since'] === undefined ? null : new Date(Number(fields['since'])),
  };
}

/** What scripts return in place of a hash. */
export function toFields(flat: readonly string[]): Record<string, string> {
  const fields: Record<string, string> = {};
  for (let index = 0; index + 1 < flat.length; index += 2) fields[flat[index] ?? ''] = flat[index + 1] ?? '';
  return fields;
}
