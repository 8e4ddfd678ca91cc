/** What the list of services is narrowed to; lives in the address of the page. */
export interface ServicesFilter {
  readonly search?: string;
  readonly kind?: 'service' | 'shared';
  readonly owner?: string;
  /** `key=value` */
  readonly label?: string;
  readonly archived?: boolean;
}

const MAX_LENGTH = 200;

/** Out of an address, whatever stands there: what makes no sense is left out. */
export function readServicesFilter(search: Record<string, unknown>): ServicesFilter {
  const { kind, archived } = search;
  const label = textOf(search['label']);
  const text = textOf(search['search']);
  const owner = textOf(search['owner']);
  return {
    ...(text === undefined ? {} : { search: text }),
    ...(kind === 'service' || kind === 'shared' ? { kind } : {}),
    ...(owner === undefined ? {} : { owner }),
    ...(label !== undefined && /^[^=]+=/.test(label) ? { label } : {}),
    ...(archived === true ? { archived } : {}),
  };
}

export function isFiltered(filter: ServicesFilter): boolean {
  return Object.keys(filter).length > 0;
}

/** The router reads `12` and `true` in an address as what they are in JSON. */
function textOf(value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return undefined;
  const text = String(value).trim().slice(0, MAX_LENGTH);
  return text === '' ? undefined : text;
}
