import type { Role } from '@binnacle/contracts';

/** Who sent a request, as its token says. */
export interface Principal {
  readonly tokenId: string;
  readonly workspaceId: string;
  /** As it stands in the audit. */
  readonly name: string;
  readonly role: Role;
  /** Empty for all. */
  readonly services: readonly string[];
  readonly environments: readonly string[];
  readonly expiresAtMs: number | null;
}

/** Whether the token's scope holds this service and environment, where they are named. */
export function inScope(principal: Principal, service: string | undefined, environment: string | undefined): boolean {
  return (
    (service === undefined || principal.services.length === 0 || principal.services.includes(service)) &&
    (environment === undefined || principal.environments.length === 0 || principal.environments.includes(environment))
  );
}
