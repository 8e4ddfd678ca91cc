import { contentHash } from '../configs/content-hash.js';

/** An entry of a workspace's audit chain, as far as its hash covers it. */
export interface HashedAuditEntry {
  readonly workspaceId: string;
  readonly number: number;
  /** UTC with milliseconds: `2026-11-23T00:49:10.000Z`. */
  readonly at: string;
  readonly actor: string;
  readonly identity: string;
  readonly via: string;
  readonly credential: string;
  readonly address: string;
  readonly requestId: string;
  readonly outcome: string;
  readonly action: string;
  readonly target: string;
  readonly service: string | null;
  readonly environment: string | null;
  /** The JSON text as it is stored: its bytes count, not its meaning. */
  readonly detail: string;
  /** The hash of the entry before; empty for the first one. */
  readonly previousHash: string;
}

/** Lower-case hexadecimal SHA-256 over the UTF-8 of a text; a platform's own is several times as fast as ours. */
export type Sha256 = (text: string) => string;

/**
 * The hash of an entry, as the trigger of the database makes it: SHA-256 in hexadecimal over the UTF-8 of a JSON array
 * in the writing of PostgreSQL's `json_build_array`, which escapes strings as ECMAScript does.
 */
export function auditEntryHash(entry: HashedAuditEntry, sha256: Sha256 = contentHash): string {
  const fields = [
    entry.workspaceId,
    String(entry.number),
    entry.at,
    entry.actor,
    entry.identity,
    entry.via,
    entry.credential,
    entry.address,
    entry.requestId,
    entry.outcome,
    entry.action,
    entry.target,
    entry.service,
    entry.environment,
    entry.detail,
    entry.previousHash,
  ];
  return sha256(`[${fields.map((field) => JSON.stringify(field)).join(', ')}]`);
}
