/** Which entries of the audit are listed; lives in the address of the page. */
export interface AuditFilter {
  readonly actor?: string;
  /** Exactly, or what it begins with when it ends with a dot: `token.` */
  readonly action?: string;
  readonly target?: string;
  readonly service?: string;
  readonly environment?: string;
  readonly outcome?: 'done' | 'refused';
  /** Days, as `2026-11-23` in the reader's time zone; both are included. */
  readonly from?: string;
  readonly to?: string;
}

type TextKey = 'actor' | 'action' | 'target' | 'service' | 'environment';
const TEXT_KEYS: readonly TextKey[] = ['actor', 'action', 'target', 'service', 'environment'];
const MAX_LENGTH = 200;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Out of an address, whatever stands there: what makes no sense is left out. */
export function readAuditFilter(search: Record<string, unknown>): AuditFilter {
  const { outcome, from, to } = search;
  const texts: Partial<Record<TextKey, string>> = {};
  for (const key of TEXT_KEYS) {
    const value = search[key];
    const text = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
    if (text !== '') texts[key] = text.slice(0, MAX_LENGTH);
  }
  return {
    ...texts,
    ...(outcome === 'done' || outcome === 'refused' ? { outcome } : {}),
    ...(isDay(from) ? { from } : {}),
    ...(isDay(to) ? { to } : {}),
  };
}

/** With the days as the points in time that the API takes: from the start of the first to the end of the last. */
export function toAuditQuery({ from, to, ...rest }: AuditFilter): AuditFilter {
  return {
    ...rest,
    ...(from === undefined ? {} : { from: midnight(from, 0).toISOString() }),
    ...(to === undefined ? {} : { to: midnight(to, 1).toISOString() }),
  };
}

function isDay(value: unknown): value is string {
  return typeof value === 'string' && DAY.test(value) && !Number.isNaN(midnight(value, 0).getTime());
}

function midnight(day: string, daysLater: number): Date {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date + daysLater);
}
