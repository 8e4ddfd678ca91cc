import { Injectable } from '@nestjs/common';
import {
  type DocumentBody,
  type DocumentVersionBody,
  grantsAllow,
  type LayerParams,
  MAX_DOCUMENT_BYTES,
  type PageQuery,
  Problem,
  type PublishedBody,
  type PublishVersion,
  type Rollback,
  type ValidateContent,
  type ValidationBody,
} from '@binnacle/contracts';
import {
  BASE_LAYER,
  canonicalJson,
  type ConfigSource,
  contentHash,
  DEFAULT_CONTENT_LIMITS,
  type JsonObject,
} from '@binnacle/domain';
import {
  type Actor,
  type ConfigTree,
  ConfigTreeStore,
  DocumentStore,
  EnvironmentStore,
  type Page,
  ServiceStore,
  type SqlMutation,
} from '@binnacle/store';
import type { Principal } from '../access/principal.js';
import { Mutations } from '../changes/mutations.js';
import type { ExpectedVersion } from '../http/etag.js';
import { ValidatorPool } from '../validation/validator-pool.js';
import { contentDiff } from './content-diff.js';
import { toDocumentView, toVersionView } from './document.view.js';
import type { Emergency, ReleaseRequest } from './release-request.js';
import { invalidContent, ReleaseService } from './release.service.js';

const LIMITS = { ...DEFAULT_CONTENT_LIMITS, maxBytes: MAX_DOCUMENT_BYTES };

/** What a publish comes with, beside the content. */
interface Publish {
  readonly action: 'document.publish' | 'document.rollback';
  readonly message: string;
  readonly basedOn: ExpectedVersion;
  readonly grants: Principal['grants'];
  readonly emergency: Emergency | undefined;
}

interface Prepared {
  readonly value: JsonObject;
  readonly canonical: string;
  readonly hash: string;
  readonly format: 'json' | 'yaml';
  readonly source: string;
}

/** Documents that people edit, and their versions. */
@Injectable()
export class DocumentsService {
  constructor(
    private readonly mutations: Mutations,
    private readonly trees: ConfigTreeStore,
    private readonly releases: ReleaseService,
    private readonly documents: DocumentStore,
    private readonly services: ServiceStore,
    private readonly environments: EnvironmentStore,
    private readonly validators: ValidatorPool,
  ) {}

  async read(workspaceId: string, { service, layer }: LayerParams, version?: number): Promise<DocumentBody> {
    const record = await this.documents.find(workspaceId, service, layer, version);
    if (record === undefined) throw nothingThere(service, layer, version);
    return toDocumentView(layer, record);
  }

  async listVersions(
    workspaceId: string,
    { service, layer }: LayerParams,
    page: PageQuery,
  ): Promise<Page<DocumentVersionBody>> {
    const { items, nextCursor } = await this.documents.list(workspaceId, service, layer, page);
    if (items.length === 0 && page.cursor === undefined) await this.mustExist(workspaceId, service, layer);
    return { items: items.map(toVersionView), nextCursor };
  }

  /** A new version, and a revision wherever it changes the effective config: all of it, or nothing. */
  async publish(
    actor: Actor,
    sender: Principal,
    params: LayerParams,
    body: PublishVersion,
    basedOn: ExpectedVersion,
  ): Promise<PublishedBody> {
    const prepared = await this.prepare(actor.workspaceId, body);
    const { grants } = sender;
    const emergency = emergencyOf(sender, body.emergencyReason);
    const publish: Publish = {
      action: 'document.publish',
      message: body.message,
      basedOn,
      grants,
      emergency,
    };
    return this.mutations.runSql(actor, (mutation) => this.publishIn(mutation, params, prepared, publish));
  }

  /** The content of an old version as a new one. */
  async rollback(
    actor: Actor,
    sender: Principal,
    params: LayerParams,
    { to, message = `Back to version ${to}`, emergencyReason }: Rollback,
    basedOn: ExpectedVersion,
  ): Promise<PublishedBody> {
    const old = await this.documents.find(actor.workspaceId, params.service, params.layer, to);
    if (old === undefined) throw nothingThere(params.service, params.layer, to);
    const { format, source } = toDocumentView(params.layer, old);
    const prepared = await this.prepare(actor.workspaceId, { content: source, format });
    const { grants } = sender;
    const emergency = emergencyOf(sender, emergencyReason);
    const publish: Publish = { action: 'document.rollback', message, basedOn, grants, emergency };
    return this.mutations.runSql(actor, (mutation) => this.publishIn(mutation, params, prepared, publish));
  }

  /** What publishing this would say, without doing it. */
  async validate(
    { workspaceId, grants }: Principal,
    { service, layer }: LayerParams,
    body: ValidateContent,
  ): Promise<ValidationBody> {
    const parsed = await this.validators.parse(workspaceId, body.content, body.format, LIMITS);
    if (!parsed.ok) return { valid: false, errors: parsed.errors.map(insideContent) };
    const tree = mustTake(await this.trees.read(workspaceId, service), service, layer);
    const next = withDocument(tree, service, layer, { version: 0, content: parsed.value });
    const request = requestOf(tree, service, layer, grants);
    const errors = await this.releases.findErrors(next, await this.releases.plan(next), '/content', request);
    return { valid: errors.length === 0, errors };
  }

  private async publishIn(
    mutation: SqlMutation,
    { service, layer }: LayerParams,
    { value, canonical, hash, format, source }: Prepared,
    { action, message, basedOn, grants, emergency }: Publish,
  ): Promise<PublishedBody> {
    const tree = mustTake(await this.trees.lock(mutation, service), service, layer);
    const current = tree.documents.get(`${service}/${layer}`);
    checkPrecondition(current?.version, basedOn);
    const version = (current?.version ?? 0) + 1;
    const next = withDocument(tree, service, layer, { version, content: value });
    const document = { service, layer, number: version, format, source, canonical, hash, message };
    const request = { ...requestOf(tree, service, layer, grants), emergency };
    const revisions = await this.releases.release(mutation, next, [document], message, '/content', request);
    const before = {
      content: tree.sources.get(service)?.documents.get(layer)?.content ?? {},
      characters: current?.characters ?? 0,
    };
    const after = { content: value, characters: canonical.length };
    mutation.audit({
      action,
      target: request.target,
      service,
      ...(layer === BASE_LAYER ? {} : { environment: layer }),
      detail: { version, hash, message, revisions, diff: contentDiff(before, after) },
    });
    return { version, hash, revisions };
  }

  private async prepare(
    workspaceId: string,
    { content, format }: Pick<PublishVersion, 'content' | 'format'>,
  ): Promise<Prepared> {
    const parsed = await this.validators.parse(workspaceId, content, format, LIMITS);
    if (!parsed.ok) throw refused(parsed.errors);
    const canonical = canonicalJson(parsed.value);
    const source = typeof content === 'string' ? content : JSON.stringify(content, null, 2);
    return { value: parsed.value, canonical, hash: contentHash(canonical), format, source };
  }

  private async mustExist(workspaceId: string, service: string, layer: string): Promise<void> {
    if ((await this.services.find(workspaceId, service)) === undefined)
      throw new Problem('not_found', `There is no service ${service}.`);
    if (layer !== BASE_LAYER && !(await this.environments.exists(workspaceId, layer)))
      throw new Problem('not_found', `There is no environment ${layer}.`);
  }
}

function emergencyOf(sender: Principal, reason: string | undefined): Emergency | undefined {
  if (reason === undefined) return undefined;
  return {
    reason,
    isAllowed: (service, environment) =>
      grantsAllow(sender.grants, 'config:emergency', { service, environment }),
  };
}

function refused(errors: readonly { pointer: string; message: string }[]): Problem {
  const tooLarge = errors.find(
    ({ pointer, message }) => pointer === '' && message.includes(`${LIMITS.maxBytes} bytes`),
  );
  if (tooLarge !== undefined) return new Problem('payload_too_large', `The document ${tooLarge.message}.`);
  return invalidContent(errors.map(insideContent));
}

function insideContent({ pointer, message }: { pointer: string; message: string }) {
  return { pointer: `/content${pointer}`, message };
}

/** @throws Problem when there is no such document, or nothing may be published for it */
function mustTake(tree: ConfigTree | undefined, service: string, layer: string): ConfigTree {
  if (tree === undefined) throw new Problem('not_found', `There is no service ${service}.`);
  if (layer !== BASE_LAYER && !tree.environments.includes(layer))
    throw new Problem('not_found', `There is no environment ${layer}.`);
  if (tree.affected.find(({ name }) => name === service)?.archived === true)
    throw new Problem('in_use', `The service ${service} is archived: nothing can be published for it.`);
  return tree;
}

function checkPrecondition(current: number | undefined, basedOn: ExpectedVersion): void {
  if (current === undefined) {
    const isBasedOnNothing = basedOn === undefined || (basedOn !== '*' && basedOn.includes(0));
    if (isBasedOnNothing) return;
    throw new Problem(
      'version_conflict',
      'Nothing is published here, so nothing can be based on it: send no If-Match.',
    );
  }
  if (basedOn === undefined)
    throw new Problem('precondition_required', `Version ${current} is published: send its ETag as If-Match.`);
  if (basedOn === '*' || basedOn.includes(current)) return;
  const named = basedOn.length === 0 ? 'another one' : `version ${basedOn.join(', ')}`;
  throw new Problem(
    'version_conflict',
    `Version ${current} is published by now; this was based on ${named}.`,
  );
}

function requestOf(
  { sources: before }: ConfigTree,
  service: string,
  layer: string,
  grants: Principal['grants'],
): ReleaseRequest {
  return { service, grants, target: `document:${service}/${layer}`, before };
}

function withDocument(
  tree: ConfigTree,
  service: string,
  layer: string,
  document: { readonly version: number; readonly content: JsonObject },
): ConfigTree {
  const source: ConfigSource = tree.sources.get(service) ?? { includes: [], documents: new Map() };
  const changed = { ...source, documents: new Map(source.documents).set(layer, document) };
  return { ...tree, sources: new Map(tree.sources).set(service, changed) };
}

function nothingThere(service: string, layer: string, version: number | undefined): Problem {
  const what = version === undefined ? 'Nothing is published' : `There is no version ${version}`;
  return new Problem('not_found', `${what} at ${service}/${layer}.`);
}
