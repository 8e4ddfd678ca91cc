import { type FieldError, type Grant, grantsAllow, MAX_DOCUMENT_BYTES, Problem } from '@binnacle/contracts';
import { BASE_LAYER, type ConfigSource, type JsonObject, NEW_CONTENT_LIMITS } from '@binnacle/domain';
import type { ConfigTree, Contributor } from '@binnacle/store';
import type { ExpectedVersion } from '../http/etag.js';
import type { Place } from './release-request.js';

export const DOCUMENT_LIMITS = { ...NEW_CONTENT_LIMITS, maxBytes: MAX_DOCUMENT_BYTES };

/** A content that was parsed and found to be within the limits, and the text that it came from. */
export interface PreparedContent {
  /** Parsed when it is asked for: mostly the text is enough. */
  readonly value: JsonObject;
  /** Canonical JSON (RFC 8785), and its SHA-256. */
  readonly canonical: string;
  readonly hash: string;
  readonly format: 'json' | 'yaml';
  readonly source: string;
}

export class PreparedText implements PreparedContent {
  #value: JsonObject | undefined;

  constructor(
    readonly canonical: string,
    readonly hash: string,
    readonly format: 'json' | 'yaml',
    readonly source: string,
  ) {}

  get value(): JsonObject {
    return (this.#value ??= JSON.parse(this.canonical) as JsonObject);
  }
}

/** One document that gets a new version. */
export interface DocumentChange extends Place {
  readonly prepared: PreparedContent;
  /** The version that it was made on. */
  readonly basedOn: ExpectedVersion;
  /** Who wrote it beside the one who publishes. */
  readonly contributors?: readonly Contributor[];
  /** Where its content stands in what was sent: `/content` unless said otherwise. */
  readonly pointer?: string;
}

export function documentName({ service, layer }: Place): string {
  return `${service}/${layer}`;
}

export function mayPublish(grants: readonly Grant[], { service, layer }: Place): boolean {
  const environment = layer === BASE_LAYER ? undefined : layer;
  return grantsAllow(grants, 'config:publish', { service, environment });
}

/** @throws Problem when there is no such document, or nothing may be published for it */
export function mustTake(
  tree: ConfigTree,
  { service, layer, pointer }: Pick<DocumentChange, 'service' | 'layer' | 'pointer'>,
): void {
  const affected = tree.affected.find(({ name }) => name === service);
  const at = (message: string) => placeOf(pointer, message);
  if (affected === undefined)
    throw new Problem(
      'not_found',
      `There is no service ${service}.`,
      at('names a service that does not exist'),
    );
  if (layer !== BASE_LAYER && !tree.environments.includes(layer))
    throw new Problem(
      'not_found',
      `There is no environment ${layer}.`,
      at('names an environment that does not exist'),
    );
  if (affected.archived)
    throw new Problem(
      'in_use',
      `The service ${service} is archived: nothing can be published for it.`,
      at('names a service that is archived'),
    );
}

/** @throws Problem version_conflict or precondition_required */
export function checkPrecondition(
  current: { readonly version: number } | undefined,
  { basedOn, pointer, ...place }: Pick<DocumentChange, 'basedOn' | 'service' | 'layer' | 'pointer'>,
): void {
  const name = documentName(place);
  if (current === undefined) {
    const isBasedOnNothing = basedOn === undefined || (basedOn !== '*' && basedOn.includes(0));
    if (isBasedOnNothing) return;
    throw new Problem(
      'version_conflict',
      `Nothing is published at ${name}, so nothing can be based on it: send no If-Match.`,
      placeOf(pointer, 'is based on a version, and nothing is published here'),
    );
  }
  const { version } = current;
  if (basedOn === undefined)
    throw new Problem(
      'precondition_required',
      `Version ${version} of ${name} is published: send its ETag as If-Match.`,
      placeOf(pointer, `must say that it is based on version ${version}`),
    );
  if (basedOn === '*' || basedOn.includes(version)) return;
  const named = basedOn.length === 0 ? 'another one' : `version ${basedOn.join(', ')}`;
  throw new Problem(
    'version_conflict',
    `Version ${version} of ${name} is published by now; this was based on ${named}.`,
    placeOf(pointer, `is based on ${named}, and version ${version} is published by now`),
  );
}

/** Of several that were sent together, which one. */
function placeOf(pointer: string | undefined, message: string): FieldError[] | undefined {
  return pointer === undefined ? undefined : [{ pointer: pointer.replace(/\/content$/, ''), message }];
}

/** The tree as it will be with these contents published. */
export function withChanges(tree: ConfigTree, changes: readonly DocumentChange[]): ConfigTree {
  const sources = new Map(tree.sources);
  const documents = new Map(tree.documents);
  for (const change of changes) {
    const { service, layer, prepared } = change;
    const source: ConfigSource = sources.get(service) ?? { includes: [], documents: new Map() };
    const version = nextVersion(tree, change);
    const { canonical, hash } = prepared;
    const document = {
      version,
      get content() {
        return prepared.value;
      },
    };
    sources.set(service, { ...source, documents: new Map(source.documents).set(layer, document) });
    documents.set(documentName(change), { version, hash, canonical, characters: canonical.length });
  }
  return { ...tree, sources, documents };
}

export function nextVersion(tree: ConfigTree, place: Place): number {
  return (tree.documents.get(documentName(place))?.version ?? 0) + 1;
}
