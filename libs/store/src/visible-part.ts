/** A part of a workspace that somebody may see; empty lists for all services, all environments. */
export interface VisiblePart {
  readonly services: readonly string[];
  readonly environments: readonly string[];
}

/** Of the parts as a parameter of type `jsonb`. */
export function visibleParts(parts: readonly VisiblePart[]): string {
  return JSON.stringify(parts.map(({ services, environments }) => ({ services, environments })));
}

/**
 * A condition in SQL: whether what belongs to a service, to an environment or to both lies in one of the parts. Who sees
 * one environment also sees `base`, which all of them share.
 *
 * @param parts the parameter with the parts, such as `$2`
 */
export function inVisiblePart(
  parts: string,
  { service, environment }: { readonly service?: string; readonly environment?: string },
): string {
  const limits = [
    ...(service === undefined
      ? []
      : [`(cardinality(part.services) = 0 or ${service} = any (part.services))`]),
    ...(environment === undefined
      ? []
      : [
          `(cardinality(part.environments) = 0 or ${environment} = 'base'
            or ${environment} = any (part.environments))`,
        ]),
  ];
  return `exists (
    select from jsonb_to_recordset(${parts}::jsonb) as part(services text[], environments text[])
    where ${limits.join(' and ')})`;
}
