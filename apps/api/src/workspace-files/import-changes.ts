import { Injectable } from '@nestjs/common';
import { Problem } from '@binnacle/contracts';
import { auditDiff, type Json } from '@binnacle/domain';
import {
  ConfigTreeStore,
  EnvironmentStore,
  type Mutation,
  SchemaStore,
  type ServiceDescription,
  ServiceStore,
  WorkspaceContentStore,
} from '@binnacle/store';
import type { Principal } from '../access/principal.js';
import type { DocumentChange, PreparedContent } from '../configs/document-change.js';
import { PublishingService, type PublishResult } from '../configs/publishing.service.js';
import { ReleaseService } from '../configs/release.service.js';
import { ValidatorPool } from '../validation/validator-pool.js';
import { toServiceFile } from './export-lines.js';
import type { ImportPlan, PlannedEnvironments, PlannedSchema, PlannedService } from './plan-import.js';
import { filePointer } from './read-files.js';

const MAX_ERRORS = 50;

export interface ImportRequest {
  readonly sender: Principal;
  readonly message: string;
  readonly confirm: boolean;
  readonly changeSet: string;
  /** Documents that were parsed before the transaction, by their files. */
  readonly prepared: ReadonlyMap<number, PreparedContent>;
  /** Services that were there before and have effective configs. */
  readonly running: readonly string[];
}

/** Does what was planned, in the mutation's transaction: first what documents stand on, then all documents at once. */
@Injectable()
export class ImportChanges {
  constructor(
    private readonly environments: EnvironmentStore,
    private readonly services: ServiceStore,
    private readonly schemas: SchemaStore,
    private readonly contents: WorkspaceContentStore,
    private readonly trees: ConfigTreeStore,
    private readonly publishing: PublishingService,
    private readonly releases: ReleaseService,
    private readonly validators: ValidatorPool,
  ) {}

  async apply(mutation: Mutation, plan: ImportPlan, request: ImportRequest): Promise<PublishResult> {
    if (plan.environments !== undefined) await this.arrange(mutation, plan.environments);
    for (const service of plan.services) await this.describe(mutation, service);
    // All of them are there by now, whoever includes whom.
    for (const { name, file, changesIncludes } of plan.services)
      if (changesIncludes) await this.services.replaceIncludes(mutation, name, file.content.includes);
    for (const schema of plan.schemas) await this.putSchema(mutation, schema);
    const published = await this.publish(mutation, plan, request);
    for (const schema of plan.schemas) await this.mustHold(mutation, schema);
    const others = await this.releaseIn(mutation, plan, request);
    return { ...published, revisions: [...published.revisions, ...others] };
  }

  private async arrange(mutation: Mutation, planned: PlannedEnvironments): Promise<void> {
    const { created, guarded, order } = planned;
    const { workspaceId } = mutation.actor;
    const existing = await this.environments.lock(mutation);
    for (const [at, { name, protected: isProtected }] of created.entries()) {
      await this.environments.insert(mutation, {
        name,
        position: existing.length + at,
        protected: isProtected,
      });
      mutation.audit({
        action: 'environment.create',
        target: `environment:${name}`,
        environment: name,
        detail: { protected: isProtected },
      });
    }
    if (order !== undefined) await this.environments.reorder(mutation, order);
    // What is being published was planned by the old rule: it ends first, and nothing is released by it later.
    if (guarded.length > 0) await this.trees.lockAll(mutation);
    for (const name of guarded) {
      await this.environments.protect(mutation, name, true);
      const diff = auditDiff({ protected: false }, { protected: true });
      mutation.audit({
        action: 'environment.change',
        target: `environment:${name}`,
        environment: name,
        detail: { before: { protected: false }, diff },
      });
    }
    if (order !== undefined)
      mutation.audit({ action: 'environment.change', target: 'environment:*', detail: { order } });
    for (const environment of new Set([...created.map(({ name }) => name), ...guarded, ...(order ?? [])]))
      mutation.announce({ kind: 'environment', workspaceId, environment });
  }

  private async describe(mutation: Mutation, { name, file, before }: PlannedService): Promise<void> {
    const { content } = file;
    const { displayName = null, description = null, owner = null, labels, kind, includes } = content;
    const fields = { displayName, description, owner, labels };
    const target = `service:${name}`;
    if (before === undefined) {
      await this.services.insert(mutation, { name, kind, ...fields });
      mutation.audit({ action: 'service.register', target, service: name, detail: { name, ...content } });
    } else {
      await this.services.update(mutation, name, fields);
      const after = { kind, ...fields, includes };
      const diff = auditDiff(asJson(before), asJson(after));
      mutation.audit({
        action: 'service.change',
        target,
        service: name,
        detail: { before: asJson(before), diff },
      });
    }
    mutation.announce({ kind: 'service', workspaceId: mutation.actor.workspaceId, service: name });
  }

  private async putSchema(mutation: Mutation, { service, file }: PlannedSchema): Promise<void> {
    const { canonical, hash } = file.content;
    const answer = await this.validators.check(mutation.actor.workspaceId, {
      schema: canonical,
      schemaHash: hash,
      contents: [],
    });
    if (!answer.isSchemaValid)
      throw new Problem(
        'invalid_schema',
        'The schema is not valid.',
        answer.errors.map(({ pointer, message }) => ({
          pointer: `${filePointer(file.index)}${pointer}`,
          message,
        })),
      );
    const { number: version } = await this.schemas.insert(mutation, service, { content: canonical, hash });
    mutation.audit({ action: 'schema.put', target: `schema:${service}`, service, detail: { version, hash } });
    mutation.announce({ kind: 'service', workspaceId: mutation.actor.workspaceId, service });
  }

  private async publish(
    mutation: Mutation,
    { documents, services }: ImportPlan,
    { sender, message, confirm, changeSet, prepared: known }: ImportRequest,
  ): Promise<PublishResult> {
    const changes: DocumentChange[] = [];
    for (const { file, basedOn } of documents) {
      const { service, layer, format, text } = file.content;
      const pointer = filePointer(file.index);
      const prepared =
        known.get(file.index) ??
        (await this.publishing.prepare(sender.workspaceId, { content: text, format }, pointer));
      changes.push({ service, layer, prepared, basedOn: [basedOn], pointer });
    }
    const included = new Map(
      services
        .filter(({ changesIncludes }) => changesIncludes)
        .map(({ name, file, before }) => [
          name,
          { before: before?.includes ?? [], pointer: filePointer(file.index) },
        ]),
    );
    if (changes.length === 0 && included.size === 0) return { versions: [], revisions: [], warnings: [] };
    const action = 'document.publish';
    return this.publishing.publishIn(mutation, changes, {
      action,
      message,
      sender,
      confirm,
      changeSet,
      included,
    });
  }

  /** Also where the config stayed as it was. */
  private async mustHold(mutation: Mutation, { service, file }: PlannedSchema): Promise<void> {
    const heads = await this.contents.heads(mutation, service);
    if (heads.length === 0) return;
    const { canonical: schema, hash: schemaHash } = file.content;
    const contents = heads.map(({ content }) => content);
    const { workspaceId } = mutation.actor;
    const answer = await this.validators.check(workspaceId, { schema, schemaHash, contents });
    if (!answer.isSchemaValid) throw new Problem('invalid_schema', 'The schema is not valid.');
    const errors = answer.errors.flatMap((found, index) =>
      found.map(({ pointer, message }) => ({
        pointer: filePointer(file.index),
        message: `breaks the config of ${service}: ${pointer} ${message}`,
        environment: heads[index]?.environment ?? '',
      })),
    );
    if (errors.length === 0) return;
    throw new Problem(
      'schema_breaks_config',
      `The configuration of ${service} breaks this schema.`,
      errors.slice(0, MAX_ERRORS),
    );
  }

  /** Services that the import does not change get their first revision in a new environment, too. */
  private async releaseIn(
    mutation: Mutation,
    plan: ImportPlan,
    request: ImportRequest,
  ): Promise<PublishResult['revisions']> {
    const { environments } = plan;
    if (environments === undefined || environments.created.length === 0) return [];
    const pointer = filePointer(environments.index);
    const revisions: PublishResult['revisions'] = [];
    for (const service of request.running) {
      const tree = await this.trees.lock(mutation, service);
      if (tree === undefined) continue;
      revisions.push(...(await this.releases.release(mutation, tree, request.message, pointer)));
    }
    return revisions;
  }
}

function asJson(description: ServiceDescription): Json {
  return { ...toServiceFile(description) } as Json;
}
