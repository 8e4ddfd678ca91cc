/** A service in an environment: what revisions, instances, breakers and rooms belong to. */
export interface Pair {
  readonly workspaceId: string;
  readonly service: string;
  readonly environment: string;
}

/** Unique for a pair, as names can hold neither of the signs between them. */
export function pairKey({ workspaceId, service, environment }: Pair): string {
  return `${workspaceId}/${service}/${environment}`;
}
