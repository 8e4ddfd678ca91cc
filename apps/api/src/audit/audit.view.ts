import type { AuditEntryBody } from '@binnacle/contracts';
import type { AuditEntryRecord } from '@binnacle/store';

export function toAuditView(entry: AuditEntryRecord): AuditEntryBody {
  return {
    number: entry.number,
    at: entry.at.toISOString(),
    actor: entry.actor,
    identity: entry.identity,
    via: entry.via as AuditEntryBody['via'],
    credential: entry.credential,
    address: entry.address,
    requestId: entry.requestId,
    outcome: entry.outcome as AuditEntryBody['outcome'],
    action: entry.action,
    target: entry.target,
    service: entry.service,
    environment: entry.environment,
    detail: parsed(entry.detail),
    previousHash: entry.previousHash,
    hash: entry.hash,
  };
}

/** Somebody who edits the table can leave what is no JSON: that is shown as it is, and the chain check finds it. */
function parsed(detail: string): unknown {
  try {
    return JSON.parse(detail);
  } catch (error) {
    if (error instanceof SyntaxError) return detail;
    throw error;
  }
}
