/** Which entries are wanted: those that all of these fit. */
export interface AuditFilter {
  readonly actor?: string | undefined;
  readonly identity?: string | undefined;
  readonly credential?: string | undefined;
  /** Exactly, or all that begin with it when it ends with a dot. */
  readonly action?: string | undefined;
  readonly target?: string | undefined;
  readonly service?: string | undefined;
  readonly environment?: string | undefined;
  readonly outcome?: string | undefined;
  /** The first moment that counts, and the first that no longer does. */
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
}

/** A part of a workspace that somebody may see; empty lists for all services, all environments. */
export interface AuditScope {
  readonly services: readonly string[];
  readonly environments: readonly string[];
}

/** Conditions in SQL, with their parameters from $1 on. */
export interface AuditConditions {
  readonly text: string;
  readonly values: readonly unknown[];
}

const EQUALS = {
  actor: 'actor',
  identity: 'identity',
  credential: 'credential',
  target: 'target',
  service: 'service',
  environment: 'environment',
  outcome: 'outcome',
} as const satisfies Partial<Record<keyof AuditFilter, string>>;

/**
 * The entries of a workspace that are wanted and may be seen. What a scope is limited by must stand in the entry: one that
 * concerns all services is not seen by who may see some.
 */
export function auditConditions(
  workspaceId: string,
  filter: AuditFilter,
  scopes: readonly AuditScope[],
): AuditConditions {
  const values: unknown[] = [];
  const parameter = (value: unknown): string => `$${values.push(value)}`;
  const conditions = [`workspace_id = ${parameter(workspaceId)}::text`];
  for (const [key, column] of Object.entries(EQUALS) as [keyof typeof EQUALS, string][]) {
    if (filter[key] !== undefined) conditions.push(`${column} = ${parameter(filter[key])}::text`);
  }
  const { action, from, to } = filter;
  // In a database of the collation C an index answers this; in others the primary key is gone through.
  if (action?.endsWith('.')) conditions.push(`starts_with(action, ${parameter(action)}::text)`);
  else if (action !== undefined) conditions.push(`action = ${parameter(action)}::text`);
  if (from !== undefined) conditions.push(`at >= ${parameter(from)}::timestamptz`);
  if (to !== undefined) conditions.push(`at < ${parameter(to)}::timestamptz`);
  if (!scopes.some(({ services, environments }) => services.length === 0 && environments.length === 0)) {
    const visible = scopes.map(({ services, environments }) => {
      const limits: string[] = [];
      if (services.length > 0) limits.push(`service = any (${parameter(services)}::text[])`);
      if (environments.length > 0) limits.push(`environment = any (${parameter(environments)}::text[])`);
      return `(${limits.join(' and ')})`;
    });
    conditions.push(visible.length === 0 ? 'false' : `(${visible.join(' or ')})`);
  }
  return { text: conditions.join(' and '), values };
}
