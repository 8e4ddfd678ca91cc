import type { Permission, Role } from '@binnacle/contracts';

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

/** What a request or a connection concerns; undefined for all of the workspace. */
export interface Touched {
  readonly service: string | undefined;
  readonly environment: string | undefined;
}

/**
 * Whether the token's scope holds what is touched. Who may write only in some environments may not write what all of
 * them share, such as a base document, a schema or another token; reading that is allowed.
 */
export function mayTouch(
  principal: Principal,
  permission: Permission,
  { service, environment }: Touched,
): boolean {
  const isReading = permission.endsWith(':read');
  const covers = (scope: readonly string[], name: string | undefined): boolean =>
    scope.length === 0 || (name === undefined ? isReading : scope.includes(name));
  return covers(principal.services, service) && covers(principal.environments, environment);
}
