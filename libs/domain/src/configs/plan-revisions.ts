import { secretNames, type SecretReference, type SecretReferences } from '../secrets/secret-reference.js';
import { type ComposedConfig, composeConfig } from './compose-config.js';
import { collectLayers, type ConfigLayer, type ConfigSource } from './config-layers.js';
import type { ContentError } from './content-limits.js';

/** The version of every secret that a revision refers to. */
export type SecretPins = Readonly<Record<string, number>>;
/** The version of every document that went into a revision, by `<service>/<layer>`, lowest layer first. */
export type DocumentPins = Readonly<Record<string, number>>;

/** The newest revision of a service in an environment. */
export interface ConfigHead {
  readonly revision: number;
  readonly hash: string;
  readonly secrets: SecretPins;
  readonly release: HeadRelease;
}

/** What agents have while the head is not released; undefined for nothing. */
type LiveContent = { readonly hash: string; readonly secrets: SecretPins } | undefined;

export type HeadRelease =
  | { readonly state: 'released' }
  /** It waits for an approval, or was refused one: then it is never released. */
  | { readonly state: 'waiting' | 'refused'; readonly layers: DocumentPins; readonly live: LiveContent };

/** A revision that is to be made because the effective config changed. */
export interface PlannedRevision {
  readonly service: string;
  readonly environment: string;
  readonly revision: number;
  /** The effective config as canonical JSON (RFC 8785), and its SHA-256. */
  readonly canonical: string;
  readonly hash: string;
  readonly layers: DocumentPins;
  readonly secrets: SecretPins;
  readonly references: readonly SecretReference[];
  /** References to secrets that are malformed, or that there is no secret for. */
  readonly faults: readonly ContentError[];
  /** Agents run the same content with the same secrets already: making this the newest changes nothing for them. */
  readonly isLive: boolean;
  /** Another revision waits for an approval and must not get one any more. */
  readonly supersedes: boolean;
}

export interface PlanInput {
  /** The services whose effective configs may have changed. */
  readonly services: readonly string[];
  readonly environments: readonly string[];
  /** Those services and all that they include. */
  readonly sources: ReadonlyMap<string, ConfigSource>;
  headOf(service: string, environment: string): ConfigHead | undefined;
  /** Undefined when there is no such secret. */
  secretVersionOf(service: string, environment: string, name: string): number | undefined;
  /** Whether a revision has to wait for an approval there. */
  mustWait(service: string, environment: string): boolean;
  /** What the layers make, where that is known already; never called without layers. */
  compose?(layers: readonly ConfigLayer[], service: string, environment: string): ComposedConfig;
}

/**
 * The revisions that a change brings: one for every service and environment whose effective config, or a secret in it,
 * is other than the newest revision's. Where nothing has ever been published there is no config, not an empty one.
 */
export function planRevisions(input: PlanInput): PlannedRevision[] {
  return input.services.flatMap((service) =>
    input.environments.flatMap((environment) => planOne(input, service, environment) ?? []),
  );
}

function planOne(input: PlanInput, service: string, environment: string): PlannedRevision | undefined {
  const collected = collectLayers(input.sources, service, environment);
  if (collected.length === 0) return undefined;
  const composed = input.compose?.(collected, service, environment) ?? composeConfig(collected);
  const { canonical, hash } = composed;
  const layers = Object.fromEntries(collected.map(({ document, version }) => [document, version]));
  const { secrets, faults } = pinSecrets(composed.secrets, (name) =>
    input.secretVersionOf(service, environment, name),
  );
  const head = input.headOf(service, environment);
  const isSame = head !== undefined && head.hash === hash && samePins(head.secrets, secrets);
  if (isSame && !isAskedAgain(head, layers, input.mustWait(service, environment))) return undefined;
  return {
    service,
    environment,
    revision: (head?.revision ?? 0) + 1,
    canonical,
    hash,
    layers,
    secrets,
    references: composed.secrets.references,
    faults,
    isLive: isLive(head, hash, secrets),
    supersedes: head?.release.state === 'waiting',
  };
}

/**
 * The content of the newest revision once more. Somebody who publishes it again (other versions of documents) asks for
 * what it did not get: the approval that was refused, or to be released where no approval is needed now.
 */
function isAskedAgain({ release }: ConfigHead, layers: DocumentPins, mustWait: boolean): boolean {
  switch (release.state) {
    case 'released':
      return false;
    case 'waiting':
      return !mustWait && !samePins(release.layers, layers);
    case 'refused':
      return !samePins(release.layers, layers);
  }
}

function isLive(head: ConfigHead | undefined, hash: string, secrets: SecretPins): boolean {
  if (head === undefined || head.release.state === 'released') return false;
  const { live } = head.release;
  return live !== undefined && live.hash === hash && samePins(live.secrets, secrets);
}

function pinSecrets(
  { references, errors }: SecretReferences,
  versionOf: (name: string) => number | undefined,
): { readonly secrets: SecretPins; readonly faults: readonly ContentError[] } {
  if (references.length === 0) return { secrets: {}, faults: errors };
  const secrets: Record<string, number> = {};
  for (const name of secretNames(references)) {
    const version = versionOf(name);
    if (version !== undefined) secrets[name] = version;
  }
  const missing = references
    .filter(({ name }) => !Object.hasOwn(secrets, name))
    .map(({ pointer, name }) => ({ pointer, message: `refers to the secret ${name}, which does not exist` }));
  return { secrets, faults: [...errors, ...missing] };
}

function samePins(one: Readonly<Record<string, number>>, other: Readonly<Record<string, number>>): boolean {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}
