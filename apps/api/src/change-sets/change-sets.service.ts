import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { type ChangeSetBody, type PreviewBody, Problem, type PublishChangeSet } from '@binnacle/contracts';
import type { Actor } from '@binnacle/store';
import type { Principal } from '../access/principal.js';
import { Mutations } from '../changes/mutations.js';
import type { DocumentChange } from '../configs/document-change.js';
import { PublishingService } from '../configs/publishing.service.js';
import { invalidContent } from '../configs/release.service.js';
import { mustMayPublish } from './may-publish.js';

const MAX_ERRORS = 50;

/** Documents that are published together. */
@Injectable()
export class ChangeSetsService {
  constructor(
    private readonly mutations: Mutations,
    private readonly publishing: PublishingService,
  ) {}

  /** All of the versions with all of their revisions, or nothing. */
  async publish(actor: Actor, sender: Principal, body: PublishChangeSet): Promise<ChangeSetBody> {
    const changes = await this.prepare(sender, body);
    const { message, confirm, emergencyReason } = body;
    const changeSet = randomUUID();
    const request = { action: 'document.publish', message, sender, emergencyReason, confirm, changeSet };
    using foreseen = await this.publishing.foresee(actor.workspaceId, changes, request);
    return await this.mutations.runSql(actor, async (mutation) => {
      const published = await this.publishing.publishIn(mutation, changes, request, foreseen);
      return { changeSet, ...published, versions: [...published.versions] };
    });
  }

  /** What publishing it would do. */
  async preview(sender: Principal, body: PublishChangeSet): Promise<PreviewBody> {
    return this.publishing.preview(sender, await this.prepare(sender, body));
  }

  private async prepare(sender: Principal, { changes }: PublishChangeSet): Promise<DocumentChange[]> {
    mustMayPublish(sender, changes);
    const prepared: DocumentChange[] = [];
    const errors = [];
    for (const [index, { service, layer, basedOn, ...content }] of changes.entries()) {
      const pointer = `/changes/${index}/content`;
      try {
        prepared.push({
          service,
          layer,
          basedOn: basedOn === undefined ? undefined : [basedOn],
          prepared: await this.publishing.prepare(sender.workspaceId, content, pointer),
          pointer,
        });
      } catch (error) {
        if (!Problem.isInstance(error) || error.code !== 'invalid_content') throw error;
        errors.push(...(error.errors ?? []));
      }
      // Those of usual size are parsed here: between two of them others have their turn.
      await setImmediate();
    }
    if (errors.length > 0) throw invalidContent(errors.slice(0, MAX_ERRORS));
    return prepared;
  }
}
