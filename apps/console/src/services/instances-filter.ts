const SHOWN = ['all', 'live', 'stale', 'rejected', 'waiting', 'unwell'] as const;
export type ShownInstances = (typeof SHOWN)[number];

/** Which environment's instances are listed, and which of them. */
export interface OpenInstances {
  readonly instances?: string;
  readonly show?: Exclude<ShownInstances, 'all'>;
}

export function readOpenInstances(search: Record<string, unknown>): OpenInstances {
  const { instances, show } = search;
  if (typeof instances !== 'string' || instances === '') return {};
  const shown = SHOWN.find((one) => one === show);
  return { instances, ...(shown === undefined || shown === 'all' ? {} : { show: shown }) };
}
