import { type FieldError, type Grant, grantsAllow } from '@binnacle/contracts';
import {
  collectLayers,
  type ConfigSource,
  findSecretReferences,
  mergeLayers,
  type PlannedRevision,
  SECRET_KEY,
} from '@binnacle/domain';
import type { SqlMutation } from '@binnacle/store';

/** Releasing at once what would have to wait for a second person. */
export interface Emergency {
  readonly reason: string;
  isAllowed(service: string, environment: string): boolean;
}

/**
 * Who changes a service that others may include. In those he is told, and brings, no more than his grants there allow:
 * they need not be his.
 */
export interface ReleaseRequest {
  readonly service: string;
  readonly grants: readonly Grant[];
  /** What he changes, as the audit names it: `document:common/base`. */
  readonly target: string;
  /** Documents and includes as they were before. */
  readonly before: ReadonlyMap<string, ConfigSource>;
  readonly emergency?: Emergency | undefined;
}

/** In one transaction: what an entry costs grows with those before it. */
const MAX_ENTRIES = 200;

export const BRINGS_SECRETS =
  'would bring a reference to a secret into another service that includes this one: it takes who may publish there';
const BREAKS_ANOTHER = 'would break another service that includes it';

/**
 * Whether another service gets a reference to a secret in a place where it had none, from somebody who may not publish
 * there. Whether there is such a secret makes no difference: that would be an answer, too.
 */
export function bringsSecrets(request: ReleaseRequest, revision: PlannedRevision): boolean {
  const { service, environment, content, canonical } = revision;
  if (service === request.service || !canonical.includes(`"${SECRET_KEY}":`)) return false;
  if (grantsAllow(request.grants, 'config:publish', { service, environment })) return false;
  const before = findSecretReferences(mergeLayers(collectLayers(request.before, service, environment)));
  const held = new Set(before.references.map(({ pointer, name }) => `${name}${pointer}`));
  const { references } = findSecretReferences(content, canonical);
  return references.some(({ pointer, name }) => !held.has(`${name}${pointer}`));
}

/** Whether who asks may know what a service has in an environment. */
export function isShown(request: ReleaseRequest | undefined, service: string, environment: string): boolean {
  if (request === undefined || service === request.service) return true;
  return grantsAllow(request.grants, 'config:read', { service, environment });
}

/** An error as who asks may see it. */
export function shownError(
  request: ReleaseRequest | undefined,
  { service, environment }: Pick<PlannedRevision, 'service' | 'environment'>,
  error: { readonly pointer: string; readonly message: string },
  prefix: string,
): FieldError {
  if (!isShown(request, service, environment)) return { pointer: prefix, message: BREAKS_ANOTHER };
  return { pointer: `${prefix}${error.pointer}`, message: error.message, environment };
}

/** What was done to other services stands in the audit as theirs: their people may see no other entries. */
export function auditOthers(
  mutation: SqlMutation,
  { service: changed, target: by }: ReleaseRequest,
  revisions: readonly PlannedRevision[],
): void {
  const others = Map.groupBy(
    revisions.filter(({ service }) => service !== changed),
    ({ service }) => service,
  );
  for (const [service, own] of [...others].slice(0, MAX_ENTRIES)) {
    const environments = own.map(({ environment }) => environment);
    const [only] = environments;
    mutation.audit({
      action: 'config.release',
      target: `service:${service}`,
      service,
      ...(only === undefined || environments.length > 1 ? {} : { environment: only }),
      detail: { by, environments, revisions: own.map(({ revision }) => revision) },
    });
  }
  if (others.size > MAX_ENTRIES)
    mutation.audit({
      action: 'config.release',
      target: by,
      service: changed,
      detail: { by, otherServices: others.size - MAX_ENTRIES },
    });
}
