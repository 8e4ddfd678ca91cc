import type { PatchOperation } from '../shell/PatchList';

/** What an entry says beside who and when: the change itself, if it tells one, and the rest. */
export interface AuditDetail {
  readonly operations: readonly PatchOperation[] | undefined;
  readonly isTruncated: boolean;
  /** Everything else, in the order it came in; empty when there is nothing. */
  readonly rest: Readonly<Record<string, unknown>>;
}

/** An entry's `detail` is whatever belongs to its action: only a JSON Patch under `diff` is known everywhere. */
export function readAuditDetail(detail: unknown): AuditDetail {
  if (!isRecord(detail)) return { operations: undefined, isTruncated: false, rest: {} };
  const { diff, ...rest } = detail;
  if (!isRecord(diff) || !Array.isArray(diff['operations']) || !diff['operations'].every(isOperation))
    return { operations: undefined, isTruncated: false, rest: detail };
  return { operations: diff['operations'], isTruncated: diff['truncated'] === true, rest };
}

function isOperation(value: unknown): value is PatchOperation {
  return (
    isRecord(value) &&
    (value['op'] === 'add' || value['op'] === 'remove' || value['op'] === 'replace') &&
    typeof value['path'] === 'string'
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
