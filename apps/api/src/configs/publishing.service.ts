import { Injectable } from '@nestjs/common';
import {
  type FieldError,
  type LayerParams,
  type PreviewBody,
  type PreviewContent,
  Problem,
  type ValidationBody,
} from '@binnacle/contracts';
import { type ConfigTree, ConfigTreeStore, RunAgain, type SqlMutation } from '@binnacle/store';
import type { Principal } from '../access/principal.js';
import { CompositionTrees, UNASKED_BYTES } from './composition-trees.js';
import { ContentMemo } from './content-memo.js';
import { ContentWork, isSmall } from './content-work.js';
import {
  checkPrecondition,
  DOCUMENT_LIMITS,
  type DocumentChange,
  documentName,
  mustTake,
  type PreparedContent,
  PreparedText,
} from './document-change.js';
import {
  type ChangedIncludes,
  mustBeConfirmed,
  PublishDecisions,
  weightOfChanges,
} from './publish-decisions.js';
import { auditPublish, newVersion } from './new-version.js';
import { PublishPreviews } from './publish-previews.js';
import { isShown, type ReleaseRequest } from './release-request.js';
import { invalidContent, mustBeRight, type ReleasedRevision, ReleaseService } from './release.service.js';

/** What a publish comes with, beside the contents. */
export interface PublishRequest {
  readonly action: string;
  readonly message: string;
  readonly sender: Principal;
  readonly emergencyReason?: string | undefined;
  /** Publishes also what a gate would hold up. */
  readonly confirm: boolean;
  /** The id of the change set that these documents are published with. */
  readonly changeSet?: string | undefined;
  /** An old version comes back: no gate holds it up, and what is published already is refused. */
  readonly isRestore?: boolean;
  /** Services whose includes the same transaction has changed: they are released together with the documents. */
  readonly included?: ReadonlyMap<string, ChangedIncludes> | undefined;
}

export interface PublishedVersion {
  readonly service: string;
  readonly layer: string;
  readonly version: number;
  readonly hash: string;
}

export interface PublishResult {
  /** In the order of the changes. */
  readonly versions: readonly PublishedVersion[];
  /** Those that the sender may see. */
  readonly revisions: ReleasedRevision[];
  /** How many there are beside them; missing when there is none. */
  readonly otherRevisions?: number;
  readonly warnings: FieldError[];
}

/** Publishes documents: one, or several at once. The one way in which versions come to be. */
@Injectable()
export class PublishingService {
  constructor(
    private readonly trees: ConfigTreeStore,
    private readonly compositions: CompositionTrees,
    private readonly work: ContentWork,
    private readonly decisions: PublishDecisions,
    private readonly releases: ReleaseService,
    private readonly previews: PublishPreviews,
  ) {}

  /**
   * Parses a content, with its canonical text and its hash.
   *
   * @throws Problem invalid_content or payload_too_large; the pointers begin with `pointer`
   */
  async prepare(
    workspaceId: string,
    { content, format }: { readonly content: unknown; readonly format: 'json' | 'yaml' },
    pointer = '/content',
  ): Promise<PreparedContent> {
    const prepared = await this.work.prepare(workspaceId, content, format, DOCUMENT_LIMITS);
    if (!prepared.ok) throw refused(prepared.errors, pointer);
    return new PreparedText(prepared.canonical, prepared.hash, format, prepared.source);
  }

  /**
   * Finds out beforehand what `publishIn` will need to know: with that, no large content and no schema of a user holds up
   * a transaction. What somebody else publishes in between is found out in the transaction. Decides nothing. Of small
   * contents it is put off: for most there is nothing to find out that takes long. It holds memory of the process until
   * it is disposed of.
   *
   * @throws Problem invalid_schema, validation_timeout or busy
   */
  async foresee(
    workspaceId: string,
    changes: readonly DocumentChange[],
    publish: PublishRequest,
  ): Promise<ContentMemo> {
    const memo = new ContentMemo();
    memo.isPutOff = changes.every(({ prepared }) => isSmall(prepared.canonical.length));
    memo.mayReadBytes = UNASKED_BYTES;
    if (!memo.isPutOff) await this.lookAhead(workspaceId, changes, publish, memo);
    return memo;
  }

  /**
   * New versions, and a revision wherever they change an effective config: all of it, or nothing. The sender must be
   * allowed to publish every one of these documents: that is for the caller to see to.
   *
   * @param foreseen what `foresee` found out before the transaction
   * @throws Problem not_found, in_use, version_conflict, precondition_required, no_change, invalid_content, forbidden or
   *   confirm_required
   */
  async publishIn(
    mutation: SqlMutation,
    changes: readonly DocumentChange[],
    publish: PublishRequest,
    foreseen = new ContentMemo(),
  ): Promise<PublishResult> {
    mustBeDistinct(changes);
    const services = new Set([...changes.map(({ service }) => service), ...(publish.included?.keys() ?? [])]);
    const tree = await this.trees.lockSeveral(mutation, [...services], foreseen.mayReadBytes);
    for (const change of changes) mustBePublishable(tree, change, publish);
    if (!tree.hasTexts || (foreseen.isPutOff && mayTakeLong(tree)))
      throw new RunAgain(() => this.lookAhead(tree.workspaceId, changes, publish, foreseen, tree));
    const decision = await this.decisions.decide(tree, changes, sendingOf(publish), foreseen);
    const { next, planned, request, errors, warnings, gates, comparisons } = decision;
    mustBeRight(errors);
    if (!publish.confirm && publish.isRestore !== true) mustBeConfirmed(gates, changes);
    const documents = changes.map((change, index) => newVersion(tree, change, publish, comparisons[index]));
    const revisions = await this.releases.save(mutation, next, documents, planned, publish.message, request);
    changes.forEach((change, index) => {
      const { number: version = 0 } = documents[index] ?? {};
      const diff = comparisons[index]?.diff;
      auditPublish(mutation, change, publish, { version, revisions, diff });
    });
    const versions = documents.map(({ service, layer, number: version, hash }) => ({
      service,
      layer,
      version,
      hash,
    }));
    return { versions, ...shownTo(request, revisions), warnings: [...warnings] };
  }

  /**
   * Outside of the transaction: there may be memory to wait for.
   *
   * @param locked as it was read under locks: it has most likely not changed when it is locked again
   */
  private async lookAhead(
    workspaceId: string,
    changes: readonly DocumentChange[],
    publish: PublishRequest,
    memo: ContentMemo,
    locked?: ConfigTree,
  ): Promise<void> {
    memo[Symbol.dispose]();
    const services = changes.map(({ service }) => service);
    const isThere = ({ affected }: ConfigTree) =>
      services.every((service) => affected.some(({ name }) => name === service));
    const weigh = (tree: ConfigTree) => (isThere(tree) ? weightOfChanges(tree, changes) : tree.bytes);
    const question = { workspaceId, services, purpose: 'publish', weigh } as const;
    const { tree, lease, mayReadBytes } = await this.compositions.lease(question, locked);
    Object.assign(memo, { lease, mayReadBytes, isPutOff: false });
    try {
      if (isThere(tree)) await this.decisions.decide(tree, changes, sendingOf(publish), memo);
    } catch (error) {
      memo[Symbol.dispose]();
      throw error;
    }
  }

  /** What publishing this would say, without doing it; also of what cannot be parsed. */
  async validate(sender: Principal, place: LayerParams, body: PreviewContent): Promise<ValidationBody> {
    const read = await this.read(sender.workspaceId, place, body);
    if (!read.ok) return { valid: false, errors: read.errors, warnings: [] };
    return this.previews.validate(sender, read.changes);
  }

  /** What publishing this would do, service by service. */
  async previewContent(sender: Principal, place: LayerParams, body: PreviewContent): Promise<PreviewBody> {
    const read = await this.read(sender.workspaceId, place, body);
    if (read.ok) return this.previews.preview(sender, read.changes);
    const { errors } = read;
    const nothing = { warnings: [], gates: [], changes: [], total: 0, truncated: false, diff: null };
    return { valid: false, errors, ...nothing };
  }

  /** The same for contents that were prepared. */
  preview(sender: Principal, changes: readonly DocumentChange[]): Promise<PreviewBody> {
    mustBeDistinct(changes);
    return this.previews.preview(sender, changes);
  }

  private async read(
    workspaceId: string,
    { service, layer }: LayerParams,
    { content, format }: PreviewContent,
  ): Promise<
    | { readonly ok: true; readonly changes: readonly DocumentChange[] }
    | { readonly ok: false; readonly errors: FieldError[] }
  > {
    const prepared = await this.work.prepare(workspaceId, content, format, DOCUMENT_LIMITS);
    if (!prepared.ok) return { ok: false, errors: within(prepared.errors, '/content') };
    const { canonical, hash, source } = prepared;
    const text = new PreparedText(canonical, hash, format, source);
    return { ok: true, changes: [{ service, layer, prepared: text, basedOn: '*' }] };
  }
}

/** Who may not see a service in an environment is not told its name either. */
function shownTo(
  request: ReleaseRequest,
  revisions: readonly ReleasedRevision[],
): Pick<PublishResult, 'revisions' | 'otherRevisions'> {
  const shown = revisions.filter(({ service, environment }) => isShown(request, service, environment));
  const otherRevisions = revisions.length - shown.length;
  return { revisions: shown, ...(otherRevisions === 0 ? {} : { otherRevisions }) };
}

/** Whether there is more to do than what is done in a millisecond or two. */
function mayTakeLong({ affected, documents }: ConfigTree): boolean {
  if (affected.length > 1 || affected.some(({ schema }) => schema !== undefined)) return true;
  return !isSmall([...documents.values()].reduce((sum, { characters }) => sum + characters, 0));
}

function sendingOf({ sender, emergencyReason, changeSet, included }: PublishRequest) {
  return { grants: sender.grants, emergencyReason, changeSet, included };
}

/** @throws Problem when this document cannot be published, or not on that version */
function mustBePublishable(tree: ConfigTree, change: DocumentChange, { isRestore }: PublishRequest): void {
  const current = tree.documents.get(documentName(change));
  mustTake(tree, change);
  checkPrecondition(current, change);
  if (isRestore === true && current?.hash === change.prepared.hash)
    throw new Problem('no_change', `That is what version ${current.version} says already.`);
}

function refused(errors: readonly FieldError[], at: string): Problem {
  const limit = `${DOCUMENT_LIMITS.maxBytes} bytes`;
  const tooLarge = errors.find(({ pointer, message }) => pointer === '' && message.includes(limit));
  if (tooLarge !== undefined) return new Problem('payload_too_large', `The document ${tooLarge.message}.`);
  return invalidContent(within(errors, at));
}

function within(errors: readonly FieldError[], at: string): FieldError[] {
  return errors.map((error) => ({ ...error, pointer: `${at}${error.pointer}` }));
}

function mustBeDistinct(changes: readonly DocumentChange[]): void {
  const names = new Set<string>();
  for (const change of changes) {
    const name = documentName(change);
    if (names.has(name))
      throw new Problem('invalid_request', `${name} is changed twice.`, [
        { pointer: change.pointer ?? '', message: 'is a document that is changed before already' },
      ]);
    names.add(name);
  }
}
