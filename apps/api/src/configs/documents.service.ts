import { Injectable } from '@nestjs/common';
import {
  type DocumentBody,
  type DocumentVersionBody,
  type LayerParams,
  type PageQuery,
  type PreviewBody,
  type PreviewContent,
  Problem,
  type PublishedBody,
  type PublishVersion,
  type Rollback,
  type ValidateContent,
  type ValidationBody,
} from '@binnacle/contracts';
import { type Actor, DocumentStore, type Page } from '@binnacle/store';
import type { Principal } from '../access/principal.js';
import { Mutations } from '../changes/mutations.js';
import type { ExpectedVersion } from '../http/etag.js';
import type { DocumentChange } from './document-change.js';
import { DocumentPlaces } from './document-places.js';
import { toDocumentView, toVersionView } from './document.view.js';
import { PublishingService, type PublishRequest } from './publishing.service.js';

/** Documents that people edit, and their versions. */
@Injectable()
export class DocumentsService {
  constructor(
    private readonly mutations: Mutations,
    private readonly publishing: PublishingService,
    private readonly documents: DocumentStore,
    private readonly places: DocumentPlaces,
  ) {}

  async read(workspaceId: string, { service, layer }: LayerParams, version?: number): Promise<DocumentBody> {
    const record = await this.documents.find(workspaceId, service, layer, version);
    if (record === undefined) throw nothingThere(service, layer, version);
    return toDocumentView(layer, record);
  }

  async listVersions(
    workspaceId: string,
    place: LayerParams,
    page: PageQuery,
  ): Promise<Page<DocumentVersionBody>> {
    const { items, nextCursor } = await this.documents.list(workspaceId, place.service, place.layer, page);
    if (items.length === 0 && page.cursor === undefined) await this.places.mustExist(workspaceId, place);
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
    const prepared = await this.publishing.prepare(actor.workspaceId, body);
    const { message, emergencyReason, confirm } = body;
    const publish = { action: 'document.publish', message, sender, emergencyReason, confirm };
    return this.publishOne(actor, { ...params, prepared, basedOn }, publish);
  }

  /** The content of an old version as a new one. */
  async rollback(
    actor: Actor,
    sender: Principal,
    params: LayerParams,
    { to, message = `Back to version ${to}`, emergencyReason, confirm }: Rollback,
    basedOn: ExpectedVersion,
  ): Promise<PublishedBody> {
    const old = await this.documents.find(actor.workspaceId, params.service, params.layer, to);
    if (old === undefined) throw nothingThere(params.service, params.layer, to);
    const { format, source } = toDocumentView(params.layer, old);
    const prepared = await this.publishing.prepare(actor.workspaceId, { content: source, format });
    const publish = {
      action: 'document.rollback',
      message,
      sender,
      emergencyReason,
      confirm,
      isRestore: true,
    };
    return this.publishOne(actor, { ...params, prepared, basedOn }, publish);
  }

  /** What publishing this would say, without doing it. */
  validate(sender: Principal, params: LayerParams, body: ValidateContent): Promise<ValidationBody> {
    return this.publishing.validate(sender, params, body);
  }

  /** What publishing this would do, without doing it. */
  preview(sender: Principal, params: LayerParams, body: PreviewContent): Promise<PreviewBody> {
    return this.publishing.previewContent(sender, params, body);
  }

  private async publishOne(
    actor: Actor,
    change: DocumentChange,
    publish: PublishRequest,
  ): Promise<PublishedBody> {
    using foreseen = await this.publishing.foresee(actor.workspaceId, [change], publish);
    const { versions, ...published } = await this.mutations.runSql(actor, (mutation) =>
      this.publishing.publishIn(mutation, [change], publish, foreseen),
    );
    const [made] = versions;
    if (made === undefined) throw new Error('A publish made no version');
    return { version: made.version, hash: made.hash, ...published };
  }
}

function nothingThere(service: string, layer: string, version: number | undefined): Problem {
  const what = version === undefined ? 'Nothing is published' : `There is no version ${version}`;
  return new Problem('not_found', `${what} at ${service}/${layer}.`);
}
