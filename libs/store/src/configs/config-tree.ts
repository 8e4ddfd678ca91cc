import type { ConfigHead, ConfigSource, HeadRelease, JsonObject } from '@binnacle/domain';
import type { HeadDetail, LoadRow } from './config-tree-statements.js';
import { readDocumentPins } from './document-pins.js';

/** Everything that decides effective configs, as it is while the services are locked. */
export interface ConfigTree {
  readonly workspaceId: string;
  /** The services that may be affected by a change to the first one: itself and all that include it. */
  readonly affected: readonly AffectedService[];
  readonly environments: readonly string[];
  /** Of all its texts, documents and schemas. */
  readonly bytes: number;
  /** Not when they were more than was asked for: then asking for one of them is a mistake. */
  readonly hasTexts: boolean;
  /** Those in which a revision has to wait for an approval. */
  readonly protectedEnvironments: ReadonlySet<string>;
  readonly sources: ReadonlyMap<string, ConfigSource>;
  /** The current version of every document, also of services that are only included: `<service>/<layer>`. */
  readonly documents: ReadonlyMap<string, CurrentDocument>;
  headOf(service: string, environment: string): ConfigHead | undefined;
  /** The current version of a secret of an affected service. */
  secretVersionOf(service: string, environment: string, name: string): number | undefined;
}

export interface CurrentDocument {
  readonly version: number;
  readonly hash: string;
  /** Canonical JSON, and its length: in bytes where the text was not read. */
  readonly canonical: string;
  readonly characters: number;
}

export interface AffectedService {
  readonly name: string;
  readonly kind: 'service' | 'shared';
  readonly archived: boolean;
  /** Canonical JSON of the schema in force. */
  readonly schema: { readonly content: string; readonly hash: string } | undefined;
}

interface SourceInProgress {
  readonly includes: string[];
  readonly documents: Map<string, TreeDocument | UnreadText>;
}

/** Parsed when somebody asks for what it says: mostly the text is enough. */
class TreeDocument {
  #content: JsonObject | undefined;

  constructor(
    readonly version: number,
    private readonly canonical: string,
  ) {}

  get content(): JsonObject {
    return (this.#content ??= JSON.parse(this.canonical) as JsonObject);
  }
}

/** What is known of a text that was not read. */
class UnreadText {
  constructor(
    readonly version: number,
    readonly hash: string,
    readonly characters: number,
  ) {}

  get canonical(): string {
    throw new Error('The tree was read without its texts');
  }

  get content(): never {
    throw new Error('The tree was read without its texts');
  }
}

export function toTree(workspaceId: string, rows: readonly LoadRow[]): ConfigTree {
  const affected: AffectedService[] = [];
  const environments: string[] = [];
  const protectedEnvironments = new Set<string>();
  const sources = new Map<string, SourceInProgress>();
  const documents = new Map<string, CurrentDocument>();
  const heads = new Map<string, ConfigHead>();
  const secrets = new Map<string, number>();
  const schemas = new Map<string, { readonly content: string; readonly hash: string }>();
  let [bytes, hasTexts] = [0, true];
  const sourceOf = (service: string): SourceInProgress => {
    const known = sources.get(service);
    if (known !== undefined) return known;
    const fresh: SourceInProgress = { includes: [], documents: new Map() };
    sources.set(service, fresh);
    return fresh;
  };
  const services: LoadRow[] = [];
  for (const row of rows) {
    const hash = row.hash ?? '';
    bytes += row.size ?? 0;
    if (row.size !== null && row.content === null) hasTexts = false;
    switch (row.kind) {
      case 'service':
        services.push(row);
        sourceOf(row.service);
        break;
      case 'include':
        sourceOf(row.service).includes.push(row.key);
        break;
      case 'document': {
        const { number: version, content: canonical } = row;
        if (canonical === null) {
          const unread = new UnreadText(version, hash, row.size ?? 0);
          sourceOf(row.service).documents.set(row.key, unread);
          documents.set(`${row.service}/${row.key}`, unread);
          break;
        }
        sourceOf(row.service).documents.set(row.key, new TreeDocument(version, canonical));
        documents.set(`${row.service}/${row.key}`, {
          version,
          hash,
          canonical,
          characters: canonical.length,
        });
        break;
      }
      case 'head': {
        const detail = JSON.parse(row.content ?? '') as HeadDetail;
        const release = toRelease(detail);
        heads.set(`${row.service}/${row.key}`, {
          revision: row.number,
          hash,
          secrets: detail.secrets,
          release,
        });
        break;
      }
      case 'schema':
        schemas.set(
          row.service,
          row.content === null
            ? new UnreadText(row.number, hash, row.size ?? 0)
            : { content: row.content, hash },
        );
        break;
      case 'environment':
        environments.push(row.key);
        if (row.content !== null) protectedEnvironments.add(row.key);
        break;
      case 'secret':
        secrets.set(`${row.service}/${row.key}/${row.content ?? ''}`, row.number);
        break;
    }
  }
  for (const row of services) {
    if (row.hash === null) continue;
    const kind = row.key === 'shared' ? 'shared' : 'service';
    affected.push({ name: row.service, kind, archived: row.number === 1, schema: schemas.get(row.service) });
  }
  return {
    workspaceId,
    affected,
    environments,
    bytes,
    hasTexts,
    protectedEnvironments,
    sources,
    documents,
    headOf: (service, environment) => heads.get(`${service}/${environment}`),
    secretVersionOf: (service, environment, name) => secrets.get(`${service}/${environment}/${name}`),
  };
}

function toRelease({ release }: HeadDetail): HeadRelease {
  if (release === null) return { state: 'released' };
  return {
    state: release.waits ? 'waiting' : 'refused',
    layers: readDocumentPins(release.layers),
    live: release.live ?? undefined,
  };
}
