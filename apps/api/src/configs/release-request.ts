import { type FieldError, type Grant, grantsAllow } from '@binnacle/contracts';
import { BASE_LAYER, type PlannedRevision, type SecretReference } from '@binnacle/domain';
import type { SqlMutation } from '@binnacle/store';
import type { TreeContents } from './composition-places.js';

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
  /** What he changes himself, and may: in a base, or in an overlay of one environment. */
  readonly places: readonly Place[];
  readonly grants: readonly Grant[];
  /** The same as the audit names it: `document:common/base`. */
  readonly target: string;
  /** Documents and includes as they were before. */
  readonly before: TreeContents;
  readonly emergency?: Emergency | undefined;
  /** He is told nothing at all of what he may not see. */
  readonly isBlind?: boolean;
}

export interface Place {
  readonly service: string;
  readonly layer: string;
}

/** Where in what was sent an error of a revision belongs: a JSON Pointer. */
export type ErrorPlace = (revision: Pick<PlannedRevision, 'service' | 'environment' | 'layers'>) => string;

/** In one transaction: what an entry costs grows with those before it. */
const MAX_ENTRIES = 200;

export const BRINGS_SECRETS =
  'would bring a reference to a secret into another service that includes this one: it takes who may publish there';
const BREAKS_ANOTHER = 'would break another service that includes it';
const BREAKS_ELSEWHERE = 'would break the service in another environment';

/**
 * Whether another service gets a reference to a secret in a place where it had none, from somebody who may not publish
 * there. Whether there is such a secret makes no difference: that would be an answer, too.
 *
 * @param held the references that it had
 */
export function bringsSecrets(
  request: ReleaseRequest,
  { service, environment, references }: PlannedRevision,
  held: readonly SecretReference[],
): boolean {
  if (references.length === 0 || isOwn(request, service, environment)) return false;
  if (grantsAllow(request.grants, 'config:publish', { service, environment })) return false;
  const keys = new Set(held.map(({ pointer, name }) => `${name}${pointer}`));
  return references.some(({ pointer, name }) => !keys.has(`${name}${pointer}`));
}

/** Whether who asks may know what a service has in an environment. */
export function isShown(request: ReleaseRequest | undefined, service: string, environment: string): boolean {
  return request === undefined || grantsAllow(request.grants, 'config:read', { service, environment });
}

function isOwn({ places }: ReleaseRequest, service: string, environment: string): boolean {
  return places.some(
    (place) => place.service === service && (place.layer === BASE_LAYER || place.layer === environment),
  );
}

/** An error as who asks may see it; with the service when that is not one that he changes. */
export function shownError(
  request: ReleaseRequest | undefined,
  { service, environment }: Pick<PlannedRevision, 'service' | 'environment'>,
  error: { readonly pointer: string; readonly message: string },
  prefix: string,
): FieldError {
  if (!isShown(request, service, environment)) {
    const isItself = request?.places.some((place) => place.service === service) === true;
    return { pointer: prefix, message: isItself ? BREAKS_ELSEWHERE : BREAKS_ANOTHER };
  }
  const isNamed = request !== undefined && request.places.some((place) => place.service !== service);
  return {
    pointer: `${prefix}${error.pointer}`,
    message: error.message,
    environment,
    ...(isNamed ? { service } : {}),
  };
}

/** How often the same is said of what may not be seen would tell something of it. */
export function eachOnce(errors: readonly FieldError[]): FieldError[] {
  const said = new Set<string>();
  return errors.filter(({ service, environment, pointer, message }) => {
    const key = JSON.stringify([service, environment, pointer, message]);
    return !said.has(key) && said.add(key);
  });
}

/** What was done to other services stands in the audit as theirs: their people may see no other entries. */
export function auditOthers(
  mutation: SqlMutation,
  { places, target: by }: ReleaseRequest,
  revisions: readonly PlannedRevision[],
): void {
  const others = Map.groupBy(
    revisions.filter(({ service }) => places.every((place) => place.service !== service)),
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
      ...(places[0] === undefined ? {} : { service: places[0].service }),
      detail: { by, otherServices: others.size - MAX_ENTRIES },
    });
}
