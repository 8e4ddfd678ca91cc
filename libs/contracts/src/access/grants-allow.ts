import type { Grant } from './grant.js';
import { isReading, type Permission, PERMISSIONS, roleGrants } from './permission.js';

/** What a request or a connection concerns; undefined for all of the workspace. */
export interface Touched {
  readonly service: string | undefined;
  readonly environment: string | undefined;
}

/**
 * Whether one of the grants allows this. Who may write only in some services or environments may not write what all of
 * them share, such as a base document, a schema or a token; reading that is allowed.
 */
export function grantsAllow(grants: readonly Grant[], permission: Permission, touched: Touched): boolean {
  return grants.some((grant) => includes(grant, permission) && covers(grant, permission, touched));
}

/** Whether one of the grants includes the permission for anything at all. */
export function grantsInclude(grants: readonly Grant[], permission: Permission): boolean {
  return grants.some((grant) => includes(grant, permission));
}

/**
 * The services on which the grants allow something in an environment (undefined: in any), or `all`: what a list is
 * narrowed to.
 */
export function grantedServices(
  grants: readonly Grant[],
  permission: Permission,
  environment?: string,
): ReadonlySet<string> | 'all' {
  const held = grants.filter(
    (grant) =>
      includes(grant, permission) && (environment === undefined || isWithin(grant.environments, environment)),
  );
  if (held.some(({ services }) => services.length === 0)) return 'all';
  return new Set(held.flatMap(({ services }) => services));
}

/** The environments in which the grants allow something for a service (undefined: for any), or `all`. */
export function grantedEnvironments(
  grants: readonly Grant[],
  permission: Permission,
  service?: string,
): ReadonlySet<string> | 'all' {
  const held = grants.filter(
    (grant) => includes(grant, permission) && (service === undefined || isWithin(grant.services, service)),
  );
  if (held.some(({ environments }) => environments.length === 0)) return 'all';
  return new Set(held.flatMap(({ environments }) => environments));
}

/**
 * Whether somebody with these grants may give that one, to a person or a token: nobody gives more than he has. An
 * administrator of the whole workspace may give every role, also that of agents, which he does not have himself.
 */
export function mayGive(grants: readonly Grant[], given: Grant): boolean {
  const isAdministrator = ({ role, services, environments }: Grant) =>
    role === 'admin' && services.length === 0 && environments.length === 0;
  if (grants.some(isAdministrator)) return true;
  return PERMISSIONS.filter((permission) => includes(given, permission)).every((permission) =>
    grants.some(
      (grant) =>
        includes(grant, permission) &&
        contains(grant.services, given.services) &&
        contains(grant.environments, given.environments),
    ),
  );
}

/** Whether everything in the other scope is in this one. */
function contains(scope: readonly string[], other: readonly string[]): boolean {
  return scope.length === 0 || (other.length > 0 && other.every((name) => scope.includes(name)));
}

function includes(grant: Grant, permission: Permission): boolean {
  return roleGrants(grant.role, permission) || grant.permissions.some((extra) => extra === permission);
}

function covers(grant: Grant, permission: Permission, { service, environment }: Touched): boolean {
  const holds = (scope: readonly string[], name: string | undefined): boolean =>
    name === undefined ? scope.length === 0 || isReading(permission) : isWithin(scope, name);
  return holds(grant.services, service) && holds(grant.environments, environment);
}

function isWithin(scope: readonly string[], name: string): boolean {
  return scope.length === 0 || scope.includes(name);
}
