import { Injectable } from '@nestjs/common';
import {
  type DocumentTagBody,
  type LayerParams,
  MAX_DOCUMENT_TAGS,
  type PageQuery,
  Problem,
  type PutTag,
  type TagParams,
} from '@binnacle/contracts';
import { type Actor, type DocumentTagRecord, DocumentTagStore, type Page } from '@binnacle/store';
import { Mutations } from '../changes/mutations.js';
import { auditedDocument, DocumentPlaces } from './document-places.js';

/** Names that people give to versions: `known-good`. */
@Injectable()
export class DocumentTagsService {
  constructor(
    private readonly mutations: Mutations,
    private readonly tags: DocumentTagStore,
    private readonly places: DocumentPlaces,
  ) {}

  async list(workspaceId: string, place: LayerParams, page: PageQuery): Promise<Page<DocumentTagBody>> {
    const { items, nextCursor } = await this.tags.list(workspaceId, place, page);
    if (items.length === 0 && page.cursor === undefined) await this.places.mustExist(workspaceId, place);
    return { items: items.map(toView), nextCursor };
  }

  /** Also moves a tag from another version. */
  async put(actor: Actor, { tag, ...place }: TagParams, { version }: PutTag): Promise<DocumentTagBody> {
    return this.mutations.runSql(actor, async (mutation) => {
      const { hasVersion, tags, taggedVersion } = await this.tags.lock(mutation, place, tag, version);
      if (!hasVersion)
        throw new Problem('not_found', `There is no version ${version} at ${place.service}/${place.layer}.`);
      if (taggedVersion === null && tags >= MAX_DOCUMENT_TAGS)
        throw new Problem('too_many', `A document has at most ${MAX_DOCUMENT_TAGS} tags.`);
      const record = await this.tags.put(mutation, place, tag, version);
      const detail = { tag, version, before: taggedVersion };
      mutation.audit({ action: 'document.tag', ...auditedDocument(place), detail });
      return toView(record);
    });
  }

  async remove(actor: Actor, { tag, ...place }: TagParams): Promise<void> {
    await this.mutations.runSql(actor, async (mutation) => {
      const removed = await this.tags.delete(mutation, place, tag);
      if (removed === undefined)
        throw new Problem('not_found', `There is no tag ${tag} at ${place.service}/${place.layer}.`);
      const detail = { tag, version: removed.version };
      mutation.audit({ action: 'document.untag', ...auditedDocument(place), detail });
    });
  }
}

function toView({ tag, version, author, updatedAt }: DocumentTagRecord): DocumentTagBody {
  return { tag, version, author, updatedAt: updatedAt.toISOString() };
}
