import { Injectable } from '@nestjs/common';
import {
  type DraftBody,
  type DraftSummaryBody,
  type EndedDraftBody,
  type EndedDraftParams,
  type EndedDraftWithSourceBody,
  grantsInclude,
  type LayerParams,
  type ListDraftsQuery,
  type PageQuery,
  Problem,
  type PublishDraft,
  type PublishedBody,
  type SaveDraft,
  type ValidationBody,
} from '@binnacle/contracts';
import {
  type Actor,
  type Contributor,
  type DocumentPlace,
  type DraftContent,
  type DraftRecord,
  DraftStore,
  type Page,
  type SqlMutation,
} from '@binnacle/store';
import type { Principal } from '../access/principal.js';
import { Mutations } from '../changes/mutations.js';
import { auditedDocument, DocumentPlaces } from './document-places.js';
import { toFormat } from './document.view.js';
import {
  checkBase,
  checkBeginning,
  checkDraft,
  contributorsWith,
  draftSource,
  isMeant,
  mustTakeDraft,
  noDraft,
} from './draft-rules.js';
import { toDraftSummaryView, toDraftView, toEndedDraftView } from './draft.view.js';
import { PublishingService } from './publishing.service.js';

/** What is being written at a document and not published yet: one draft for all who work on it. */
@Injectable()
export class DraftsService {
  constructor(
    private readonly mutations: Mutations,
    private readonly drafts: DraftStore,
    private readonly publishing: PublishingService,
    private readonly places: DocumentPlaces,
  ) {}

  async read(sender: Principal, place: LayerParams): Promise<DraftBody> {
    const draft = mustHave(await this.drafts.find(sender.workspaceId, place), place);
    return toDraftView(draft, await this.validate(sender, draft));
  }

  /** Only what the sender may read. */
  async list(sender: Principal, query: ListDraftsQuery): Promise<Page<DraftSummaryBody>> {
    const scopes = sender.grants
      .filter((grant) => grantsInclude([grant], 'config:read'))
      .map(({ services, environments }) => ({ services, environments }));
    const { service, layer } = query;
    const page = await this.drafts.list(sender.workspaceId, { service, layer, scopes }, query);
    return { ...page, items: page.items.map(toDraftSummaryView) };
  }

  /** Kept whatever it says; what publishing it would say stands in the answer. */
  async save(
    actor: Actor,
    sender: Principal,
    place: LayerParams,
    body: SaveDraft,
    ifMatch: string | undefined,
  ): Promise<DraftBody> {
    const source = draftSource(body.content);
    const saved = await this.mutations.runSql(actor, async (mutation) => {
      const locked = await this.drafts.lock(mutation, place);
      const { publishedVersion } = mustTakeDraft(await this.drafts.place(mutation, place), place);
      if (locked === undefined) checkBeginning(place, publishedVersion, ifMatch);
      else checkDraft(locked, ifMatch);
      const baseVersion = body.baseVersion ?? locked?.baseVersion ?? publishedVersion;
      checkBase(baseVersion, publishedVersion);
      const { format, message } = body;
      await this.write(mutation, place, locked, { baseVersion, format, source, message });
      const written = mustHave(await this.drafts.lock(mutation, place), place);
      const detail = { baseVersion, format, bytes: written.bytes };
      mutation.audit({ action: 'draft.save', ...auditedDocument(place), detail });
      return written;
    });
    return toDraftView(saved, await this.validate(sender, saved));
  }

  /** It is kept among those that ended. */
  async discard(actor: Actor, place: LayerParams, ifMatch: string | undefined): Promise<void> {
    await this.mutations.runSql(actor, async (mutation) => {
      const locked = mustHave(await this.drafts.lock(mutation, place), place);
      checkDraft(locked, ifMatch);
      const id = await this.drafts.end(mutation, locked, 'discarded', null);
      mutation.audit({ action: 'draft.discard', ...auditedDocument(place), detail: { id } });
    });
  }

  /** The draft as a version: both, or neither. */
  async publish(
    actor: Actor,
    sender: Principal,
    place: LayerParams,
    body: PublishDraft,
    ifMatch: string | undefined,
  ): Promise<PublishedBody> {
    const draft = await this.drafts.find(actor.workspaceId, place);
    // Before the transaction, which holds a connection; who repeats a request gets the first answer again inside.
    const ready =
      draft !== undefined && isMeant(draft, ifMatch)
        ? await this.prepare(actor, sender, draft, body)
        : undefined;
    using foreseen = ready?.foreseen;
    return await this.mutations.runSql(actor, async (mutation) => {
      const locked = mustHave(await this.drafts.lock(mutation, place), place);
      checkDraft(locked, ifMatch);
      if (ready?.etag !== locked.etag)
        throw new Problem('version_conflict', `The draft was saved by ${locked.author} just now.`);
      const { change, request } = ready;
      const { versions, ...published } = await this.publishing.publishIn(
        mutation,
        [change],
        request,
        foreseen,
      );
      const [made] = versions;
      if (made === undefined) throw new Error('A publish made no version');
      const { version, hash } = made;
      await this.drafts.end(mutation, locked, 'published', version);
      return { version, hash, ...published };
    });
  }

  /** Newest first. */
  async listEnded(workspaceId: string, place: LayerParams, page: PageQuery): Promise<Page<EndedDraftBody>> {
    const { items, nextCursor } = await this.drafts.listEnded(workspaceId, place, page);
    if (items.length === 0 && page.cursor === undefined) await this.places.mustExist(workspaceId, place);
    return { items: items.map(toEndedDraftView), nextCursor };
  }

  async readEnded(
    workspaceId: string,
    { id, ...place }: EndedDraftParams,
  ): Promise<EndedDraftWithSourceBody> {
    const draft = await this.drafts.findEnded(workspaceId, place, id);
    if (draft === undefined) throw new Problem('not_found', `There is no such draft at ${place.service}.`);
    return { ...toEndedDraftView(draft), source: draft.source };
  }

  /** What publishing this draft as it is takes. @throws Problem as `PublishingService.prepare` */
  private async prepare(actor: Actor, sender: Principal, draft: DraftRecord, body: PublishDraft) {
    const { etag, service, layer, baseVersion } = draft;
    const prepared = await this.publishing.prepare(actor.workspaceId, contentOf(draft));
    const contributors = draft.contributors.filter(({ identity }) => identity !== actor.identity);
    const change = { service, layer, prepared, basedOn: [baseVersion], contributors };
    const { message = draft.message, emergencyReason, confirm } = body;
    const request = { action: 'document.publish', message, sender, emergencyReason, confirm };
    const foreseen = await this.publishing.foresee(actor.workspaceId, [change], request);
    return { etag, change, request, foreseen };
  }

  private async write(
    mutation: SqlMutation,
    place: DocumentPlace,
    locked: DraftRecord | undefined,
    content: DraftContent,
  ): Promise<void> {
    const before = await this.drafts.writersOfDiscarded(mutation, place, content.source);
    const contributors = [mutation.actor, ...before].reduce<readonly Contributor[]>(
      (known, writer) => contributorsWith({ contributors: known }, writer),
      locked?.contributors ?? [],
    );
    if (locked !== undefined) {
      await this.drafts.update(mutation, locked, content, contributors);
      return;
    }
    const etag = await this.drafts.insert(mutation, place, content, contributors);
    if (etag === undefined)
      throw new Problem(
        'version_conflict',
        'Somebody else began a draft just now: read it, and merge it with yours.',
      );
  }

  /** The draft is kept whatever can be said of it: also when it cannot be checked now. */
  private async validate(sender: Principal, draft: DraftRecord): Promise<ValidationBody> {
    const { service, layer } = draft;
    try {
      return await this.publishing.validate(sender, { service, layer }, contentOf(draft));
    } catch (error) {
      if (!Problem.isInstance(error)) throw error;
      const { message, errors = [{ pointer: '/content', message }] } = error;
      return { valid: false, errors: [...errors], warnings: [] };
    }
  }
}

function contentOf({ source, format }: DraftRecord): { content: string; format: 'json' | 'yaml' } {
  return { content: source, format: toFormat(format) };
}

function mustHave(draft: DraftRecord | undefined, place: DocumentPlace): DraftRecord {
  if (draft === undefined) throw noDraft(place);
  return draft;
}
