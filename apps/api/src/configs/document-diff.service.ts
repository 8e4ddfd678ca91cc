import { Injectable } from '@nestjs/common';
import {
  type DiffQuery,
  type DiffSide,
  type DocumentDiffBody,
  type LayerParams,
  Problem,
} from '@binnacle/contracts';
import { DocumentStore, DocumentTagStore, DraftStore } from '@binnacle/store';
import { ContentWork } from './content-work.js';
import { DocumentPlaces } from './document-places.js';
import { toFormat } from './document.view.js';
import { noDraft } from './draft-rules.js';
import { PublishingService } from './publishing.service.js';

/** A content to compare: what it is called, and its canonical JSON. */
interface Side {
  readonly name: number | 'draft';
  readonly canonical: string;
}

const EMPTY: Side = { name: 0, canonical: '{}' };

/** Any two states of one document side by side. */
@Injectable()
export class DocumentDiffService {
  constructor(
    private readonly documents: DocumentStore,
    private readonly drafts: DraftStore,
    private readonly tags: DocumentTagStore,
    private readonly publishing: PublishingService,
    private readonly work: ContentWork,
    private readonly places: DocumentPlaces,
  ) {}

  /** @throws Problem not_found, or invalid_content for a draft that cannot be parsed */
  async compare(workspaceId: string, place: LayerParams, query: DiffQuery): Promise<DocumentDiffBody> {
    const [from, to] = await Promise.all([
      this.side(workspaceId, place, query.from),
      this.side(workspaceId, place, query.to),
    ]);
    const { patch, changes, total, truncated, counts } = await this.work.show(
      workspaceId,
      from.canonical,
      to.canonical,
    );
    return {
      from: from.name,
      to: to.name,
      patch: [...patch],
      changes: [...changes],
      total,
      truncated,
      counts,
    };
  }

  private async side(workspaceId: string, place: LayerParams, side: DiffSide): Promise<Side> {
    if (side === 'draft') return this.draft(workspaceId, place);
    if (side === 'live') return (await this.version(workspaceId, place)) ?? this.nothing(workspaceId, place);
    if (side === 0) return this.nothing(workspaceId, place);
    const number = typeof side === 'number' ? side : await this.tagged(workspaceId, place, side);
    const found = await this.version(workspaceId, place, number);
    if (found === undefined)
      throw new Problem('not_found', `There is no version ${number} at ${place.service}/${place.layer}.`);
    return found;
  }

  private async version(
    workspaceId: string,
    { service, layer }: LayerParams,
    number?: number,
  ): Promise<Side | undefined> {
    const found = await this.documents.find(workspaceId, service, layer, number);
    return found === undefined ? undefined : { name: found.number, canonical: found.content };
  }

  private async tagged(workspaceId: string, place: LayerParams, tag: string): Promise<number> {
    const found = await this.tags.find(workspaceId, place, tag);
    if (found === undefined)
      throw new Problem('not_found', `There is no tag ${tag} at ${place.service}/${place.layer}.`);
    return found.version;
  }

  private async draft(workspaceId: string, place: LayerParams): Promise<Side> {
    const draft = await this.drafts.find(workspaceId, place);
    if (draft === undefined) throw noDraft(place);
    const content = { content: draft.source, format: toFormat(draft.format) };
    const { canonical } = await this.publishing.prepare(workspaceId, content, '');
    return { name: 'draft', canonical };
  }

  private async nothing(workspaceId: string, place: LayerParams): Promise<Side> {
    await this.places.mustExist(workspaceId, place);
    return EMPTY;
  }
}
