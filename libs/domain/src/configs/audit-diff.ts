import { diffJson, type JsonChange } from './json-diff.js';
import type { Json } from './json.js';

export interface AuditDiffBounds {
  readonly maxOperations: number;
  /** UTF-8 bytes of the operations as JSON. */
  readonly maxBytes: number;
}

/** A value that was too large to be kept: where it is and how large, so that its version can be looked at. */
export type OmittedChange = {
  readonly op: 'add' | 'replace';
  readonly path: string;
  readonly omittedBytes: number;
};

export type AuditDiff = {
  readonly operations: readonly (JsonChange | OmittedChange)[];
  /** Whether something of the change is missing: operations or values. */
  readonly truncated: boolean;
  /** Of all operations, those that are missing too. */
  readonly total: number;
};

/** Small enough to stand in every list of entries. */
export const DEFAULT_AUDIT_DIFF_BOUNDS: AuditDiffBounds = { maxOperations: 100, maxBytes: 16_384 };

/**
 * A change as an audit entry keeps it: a JSON Patch (RFC 6902), cut to fit. A large value is left out alone, its
 * operation stays. Nothing is masked here: contents hold references to secrets and never the secrets themselves.
 */
export function auditDiff(
  from: Json,
  to: Json,
  { maxOperations, maxBytes }: AuditDiffBounds = DEFAULT_AUDIT_DIFF_BOUNDS,
): AuditDiff {
  const changes = diffJson(from, to);
  const operations: (JsonChange | OmittedChange)[] = [];
  let bytesLeft = maxBytes;
  let isWhole = changes.length <= maxOperations;
  for (const change of changes.slice(0, maxOperations)) {
    const kept = fitting(change, bytesLeft);
    const bytes = jsonBytes(kept);
    if (bytes > bytesLeft) {
      isWhole = false;
      break;
    }
    if (kept !== change) isWhole = false;
    operations.push(kept);
    bytesLeft -= bytes;
  }
  return { operations, truncated: !isWhole, total: changes.length };
}

function fitting(change: JsonChange, maxBytes: number): JsonChange | OmittedChange {
  if (change.op === 'remove' || jsonBytes(change) <= maxBytes) return change;
  return { op: change.op, path: change.path, omittedBytes: jsonBytes(change.value) };
}

function jsonBytes(value: unknown): number {
  return new TextEncoder().encode(JSON.stringify(value)).length;
}
