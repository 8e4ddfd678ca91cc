import type { ApprovalBody } from '@binnacle/contracts';

type ApprovalState = ApprovalBody['state'];

/** Which approvals are listed; lives in the address of the page. What waits, unless told otherwise. */
export interface ApprovalsFilter {
  readonly state?: ApprovalState | 'all';
  readonly service?: string;
  readonly environment?: string;
}

const STATES: ReadonlySet<unknown> = new Set<ApprovalState | 'all'>([
  'pending',
  'approved',
  'rejected',
  'superseded',
  'emergency',
  'all',
]);
const NAME = /^[a-z0-9-]{1,63}$/;

/** Out of an address, whatever stands there: what makes no sense is left out. */
export function readApprovalsFilter(search: Record<string, unknown>): ApprovalsFilter {
  const { state } = search;
  const service = nameOf(search['service']);
  const environment = nameOf(search['environment']);
  return {
    ...(STATES.has(state) && state !== 'pending' ? { state: state as ApprovalState | 'all' } : {}),
    ...(service === undefined ? {} : { service }),
    ...(environment === undefined ? {} : { environment }),
  };
}

function nameOf(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && NAME.test(text) ? text : undefined;
}
